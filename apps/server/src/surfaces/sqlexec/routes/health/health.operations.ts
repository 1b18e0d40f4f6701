import { describedOperation } from "../../../../http/surface/described-operation.js";
import { response } from "../../docs/responses.js";

export const sqlexecHealth = describedOperation({
  id: "sqlexecHealth",
  method: "GET",
  path: "/api/v1/health",
  tag: "Server",
  summary: "Health check",
  access: "public",
  rate: null,
  responses: {
    "200": response(
      "The server responds",
      { type: "object", properties: { status: { type: "string" }, version: { type: "string" } } },
      { status: "ok", version: "1.0.0" },
    ),
  },
});
