import type { Handlers, Retention } from "@heliosdb/port";
import type { EngineOperations, RecordName, RecordOperation, ResultOf } from "../api/api.js";
import { lastEvent } from "../meta/events.js";
import { createBranch, deleteBranch, undeleteBranch, updateBranch } from "./branch-life.js";
import type { WriterContext } from "./context.js";
import { resetBranch } from "./reset.js";
import { changeRetention } from "./retention-settings.js";
import { createSnapshot, deleteSnapshot } from "./snapshots.js";

/** Runs one change to meta.db inside the caller's transaction. */
export function runRecordOperation(
  context: WriterContext,
  { op, request }: RecordOperation,
  defaults: Retention,
): ResultOf<RecordName> {
  const handlers: Handlers<EngineOperations, RecordName> = {
    createBranch: (create) => createBranch(context, create),
    updateBranch: (update) => updateBranch(context, update),
    deleteBranch: ({ branch }) => deleteBranch(context, branch),
    undeleteBranch: (undelete) => undeleteBranch(context, undelete),
    resetBranch: (reset) => resetBranch(context, reset),
    createSnapshot: (create) => createSnapshot(context, create),
    deleteSnapshot: (snapshot) => deleteSnapshot(context, snapshot),
    setRetention: (change) => changeRetention(context.meta, change, defaults),
    changesHead: () => ({ seq: lastEvent(context.meta), scn: context.allocator.tellScn() }),
  };
  return (handlers[op] as (of: unknown) => ResultOf<RecordName>)(request);
}
