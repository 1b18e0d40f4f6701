import type { BranchRef, CreateSnapshot, SnapshotInfo, SnapshotRef } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { type Caller, type Unauthored, withAuthor } from "../auth/caller.js";

@Injectable()
export class SnapshotsService {
  list({ database }: Caller, branch: BranchRef): Promise<readonly SnapshotInfo[]> {
    return database.listSnapshots({ branch });
  }

  create(caller: Caller, request: Unauthored<CreateSnapshot>): Promise<SnapshotInfo> {
    return caller.database.createSnapshot(withAuthor(caller, request));
  }

  delete({ database }: Caller, request: SnapshotRef): Promise<SnapshotInfo> {
    return database.deleteSnapshot(request);
  }
}
