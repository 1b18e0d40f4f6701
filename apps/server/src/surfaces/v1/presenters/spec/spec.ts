import { formatMicros } from "@heliosdb/port";
import { boolean, custom, listOf, named, objectOf, optional, text } from "../../../../schema/index.js";
import { isoTime } from "../../schemas/values.js";
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
import type { Results } from "../view/results.js";
import { isoSeconds } from "../view/times.js";
import type { Presenter, View, Views } from "../view/view.js";
import { branch, branchList, deletedBranch } from "./branches.js";
import * as data from "./data.js";
import { enveloped, meta, presentMeta } from "./envelope.js";
import { branchHistory, rowHistory } from "./history.js";
import { conflictSchema, merge, presentConflict } from "./merge.js";
import { stream } from "./row-stream.js";
import * as sql from "./sql.js";

const STATES = { active: "active", merged: "merged", deleted: "deleted" } as const;

const bare: Views = {
  ...controlViews("Spec", { schema: isoTime, write: isoSeconds }),
  ...auditViews("Spec", { schema: isoTime, write: formatMicros }),
  ...graphViews("Spec", { schema: isoTime, write: formatMicros }, STATES),
  ...snapshotViews("Spec", { schema: isoTime, write: formatMicros }),
  ...transactionViews("Spec", { schema: isoTime, write: formatMicros }),
  ...queryViews("Spec", { schema: isoTime, write: formatMicros }),
  ...webhookViews("Spec", { schema: isoTime, write: formatMicros }),
  ...data,
  ...sql,
  branch,
  branchList,
  deletedBranch,
  merge,
  branchHistory,
  rowHistory,
  diff,
  retention,
};

const detailFields = objectOf({ fields: optional(listOf(text())), conflicts: optional(listOf(conflictSchema)) });
const details = custom({ ...detailFields.json, additionalProperties: true }, (value) => value, [detailFields]);

/** The spec's dialect: an envelope with request id and time, ISO times, rows as lists, error data under `details`. */
export const spec: Presenter = {
  mediaType: "application/vnd.heliosdb.v1+json",
  views: Object.fromEntries(
    Object.entries(bare).map(([name, inner]) => [name, enveloped(inner as View<Results[keyof Results]>)]),
  ) as unknown as Views,
  frame: enveloped,
  stream,
  errorSchema: named(
    "SpecError",
    objectOf({
      success: boolean({ example: false }),
      error: objectOf({ code: errorCode, message: text({ example: "Branch 'xyz' not found" }), details }),
      meta,
    }),
  ),
  error(report, _status, context) {
    return {
      success: false,
      error: { code: report.code, message: report.message, details: errorDetails(report, presentConflict) },
      meta: presentMeta(context),
    };
  },
};
