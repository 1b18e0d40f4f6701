import type { Retention } from "@heliosdb/port";
import type { ControlResults, RecordOperation } from "../api/api.js";
import { lastEvent } from "../meta/events.js";
import { createBranch, deleteBranch, undeleteBranch, updateBranch } from "./branch-life.js";
import type { WriterContext } from "./context.js";
import { resetBranch } from "./reset.js";
import { changeRetention } from "./retention-settings.js";
import { createSnapshot, deleteSnapshot } from "./snapshots.js";

/** Runs one change to meta.db inside the caller's transaction of it. */
export function runRecordOperation(
  context: WriterContext,
  operation: RecordOperation,
  defaults: Retention,
): ControlResults[RecordOperation["op"]] {
  switch (operation.op) {
    case "createBranch":
      return createBranch(context, operation.request);
    case "updateBranch":
      return updateBranch(context, operation.request);
    case "deleteBranch":
      return deleteBranch(context, operation.branch);
    case "undeleteBranch":
      return undeleteBranch(context, operation.request);
    case "resetBranch":
      return resetBranch(context, operation.request);
    case "createSnapshot":
      return createSnapshot(context, operation.request);
    case "deleteSnapshot":
      return deleteSnapshot(context, operation.request);
    case "setRetention":
      return changeRetention(context.meta, operation.change, defaults);
    case "changesHead":
      return { seq: lastEvent(context.meta), scn: context.allocator.lastScn };
  }
}
