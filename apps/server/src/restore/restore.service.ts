import { type RestoreRequest, type SnapshotRef, snapshotScn } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { type Caller, type Unauthored, withAuthor } from "../auth/caller.js";
import { branchName } from "../branches/branch-name.js";
import type { RestoreOutcome } from "./restore-outcome.js";

export type Restore = Unauthored<RestoreRequest>;

@Injectable()
export class RestoreService {
  async toPoint(caller: Caller, request: Restore): Promise<RestoreOutcome> {
    const { database } = caller;
    const result = await database.restore(withAuthor(caller, request), caller.cancellation);
    return { branch: await branchName(database, request.branch), result };
  }

  /** @param snapshot id, or name of one of the branch's snapshots */
  async toSnapshot(caller: Caller, snapshot: string, request: Omit<Restore, "at">): Promise<RestoreOutcome> {
    const id = await snapshotIdOf(caller, { branch: request.branch, snapshot });
    return this.toPoint(caller, { ...request, at: { kind: "snapshot", id } });
  }
}

/** An id names any commit; a name is one of the branch's snapshots. */
async function snapshotIdOf({ database }: Caller, { branch, snapshot }: SnapshotRef): Promise<string> {
  if (snapshotScn(snapshot) !== null) return snapshot;
  const kept = await database.listSnapshots({ branch });
  return kept.find(({ name }) => name === snapshot)?.id ?? snapshot;
}
