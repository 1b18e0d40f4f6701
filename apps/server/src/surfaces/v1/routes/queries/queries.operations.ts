import { objectOf, text } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";

const TAG = "Queries";

export const listQueries = operation({
  id: "listQueries",
  method: "GET",
  path: "/v1/queries",
  tag: TAG,
  summary: "List running queries",
  description:
    "Queries, writes, merges, comparisons and other work for which the database is busy, or which wait for it, oldest " +
    "first: those of the caller's own key or user; with the scope `admin`, everybody's. What is known to be short, such as " +
    "a read by primary key, is never listed; nor are files.",
  access: "authenticated",
  rate: "read",
  view: "queryList",
});

export const cancelQuery = operation({
  id: "cancelQuery",
  method: "DELETE",
  path: "/v1/queries/{query}",
  tag: TAG,
  summary: "Cancel a running query",
  description:
    "Stops the work; its own request gets `QUERY_CANCELLED`. Nothing of a write that was cancelled is written. The " +
    "response comes when it has ended, and says how. Several queries with the same id are all cancelled.",
  access: "authenticated",
  rate: "write",
  params: objectOf({
    query: text({
      description: "Id of its request, as `X-Request-Id` named it, in the request or else in its response.",
      example: "5f1c0a8e-9d3b-47c2-a6e1-f0b9d8c7a654",
    }),
  }),
  view: "cancelledQuery",
  errors: ["QUERY_NOT_FOUND"],
});
