import { custom, integer, listOf, named, objectOf, optional, text, word } from "../../../../schema/index.js";
import { ERROR_WORDS, errorWord } from "../../dialect/error-status.js";
import { epochSeconds, exactSeconds, jsonValue } from "../../schemas/values.js";
import { auditViews } from "../shared/audit.js";
import { errorDetails } from "../shared/conflicts.js";
import { controlViews } from "../shared/control.js";
import { diff } from "../shared/diff.js";
import { errorCode } from "../shared/error-code.js";
import { graphViews } from "../shared/graph.js";
import { queryViews } from "../shared/queries.js";
import { retention } from "../shared/retention.js";
import { snapshotViews } from "../shared/snapshots.js";
import { transactionViews } from "../shared/transactions.js";
import { webhookViews } from "../shared/webhooks.js";
import { toSeconds } from "../view/times.js";
import type { Presenter } from "../view/view.js";
import * as branches from "./branches.js";
import * as data from "./data.js";
import { branchHistory, rowHistory } from "./history.js";
import { conflictSchema, merge, presentConflict } from "./merge.js";
import { stream } from "./row-stream.js";
import * as sql from "./sql.js";
import { STATES } from "./states.js";

const errorFields = objectOf({
  status: integer({ example: 404 }),
  error: named("ErrorWord", word(ERROR_WORDS)),
  message: text({ example: "Branch 'xyz' not found" }),
  details: optional(text()),
  code: errorCode,
  request_id: text({ example: "req_m3k9x2a1" }),
  fields: optional(listOf(text())),
  conflicts: optional(listOf(conflictSchema)),
});

/** In addition to these fields, an error has the data of its code: `table`, `columns`, `statement_index`… */
const errorSchema = named(
  "Error",
  custom({ ...errorFields.json, additionalProperties: true }, (value) => value, [errorFields, jsonValue]),
);

/** The tutorial's dialect: plain resources, seconds, rows as objects, error details beside the message. */
export const lite: Presenter = {
  mediaType: "application/vnd.heliosdb.lite.v1+json",
  views: {
    ...controlViews("", { schema: epochSeconds, write: (seconds) => seconds }),
    ...auditViews("", { schema: epochSeconds, write: toSeconds }),
    ...graphViews("", { schema: exactSeconds, write: (micros) => micros / 1e6 }, STATES),
    ...snapshotViews("", { schema: epochSeconds, write: toSeconds }),
    ...transactionViews("", { schema: epochSeconds, write: toSeconds }),
    ...queryViews("", { schema: exactSeconds, write: (micros) => micros / 1e6 }),
    ...webhookViews("", { schema: epochSeconds, write: toSeconds }),
    ...branches,
    ...data,
    ...sql,
    merge,
    branchHistory,
    rowHistory,
    diff,
    retention,
  },
  frame: (view) => view,
  stream,
  errorSchema: errorSchema,
  error(report, status, context) {
    const named = {
      status,
      error: errorWord(status),
      message: report.message,
      code: report.code,
      request_id: context.requestId,
    };
    // The data of an error can never replace the tutorial's fields.
    return {
      ...named,
      ...errorDetails(report, (conflict) => presentConflict(conflict, false)),
      ...named,
    };
  },
};
