import { ERROR_CODES, ERROR_WORDS, errorWord } from "../../../../errors/error-table.js";
import { custom, integer, listOf, named, objectOf, optional, text, word } from "../../../../schema/index.js";
import { epochSeconds, jsonValue } from "../../schemas/values.js";
import { auditViews } from "../shared/audit.js";
import { withConflicts } from "../shared/conflicts.js";
import { controlViews } from "../shared/control.js";
import { diff } from "../shared/diff.js";
import { retention } from "../shared/retention.js";
import { snapshotViews } from "../shared/snapshots.js";
import { webhookViews } from "../shared/webhooks.js";
import { toSeconds } from "../view/times.js";
import type { Presenter } from "../view/view.js";
import * as branches from "./branches.js";
import * as data from "./data.js";
import { branchHistory, rowHistory } from "./history.js";
import { lines } from "./lines.js";
import { conflictShape, merge, presentConflict } from "./merge.js";
import * as sql from "./sql.js";

export const errorCode = named("ErrorCode", word(ERROR_CODES));

const errorFields = objectOf({
  status: integer({ example: 404 }),
  error: named("ErrorWord", word(ERROR_WORDS)),
  message: text({ example: "Branch 'xyz' not found" }),
  details: optional(text()),
  code: errorCode,
  request_id: text({ example: "req_m3k9x2a1" }),
  fields: optional(listOf(text())),
  conflicts: optional(listOf(conflictShape)),
});

/** Beside the fields named here, an error carries what its code has to tell: `table`, `columns`, `statement_index`… */
const errorShape = named(
  "Error",
  custom({ ...errorFields.schema, additionalProperties: true }, (value) => value, [errorFields, jsonValue]),
);

/** The tutorial's dialect: bare resources, seconds, rows as objects, error details beside the message. */
export const lite: Presenter = {
  mediaType: "application/vnd.heliosdb.lite.v1+json",
  views: {
    ...controlViews("", { shape: epochSeconds, write: (seconds) => seconds }),
    ...auditViews("", { shape: epochSeconds, write: toSeconds }),
    ...snapshotViews("", { shape: epochSeconds, write: toSeconds }),
    ...webhookViews("", { shape: epochSeconds, write: toSeconds }),
    ...branches,
    ...data,
    ...sql,
    merge,
    branchHistory,
    rowHistory,
    diff,
    retention,
  },
  lines,
  errorShape,
  error(report, status, context) {
    const named = {
      status,
      error: errorWord(status),
      message: report.message,
      code: report.code,
      request_id: context.requestId,
    };
    // Machine data can never stand in for what the tutorial names.
    return {
      ...named,
      ...withConflicts(report.data, (conflict) => presentConflict(conflict, false)),
      ...named,
    };
  },
};
