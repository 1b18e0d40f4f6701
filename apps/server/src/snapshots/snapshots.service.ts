import type { SnapshotInfo } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/snapshots/snapshots.operations.js";

@Injectable()
export class SnapshotsService {
  list({ database, params }: Call<typeof operations.listSnapshots>): Promise<readonly SnapshotInfo[]> {
    return database.listSnapshots(params.branch);
  }

  create({
    database,
    params,
    body,
    identity,
    effectId,
  }: Call<typeof operations.createSnapshot>): Promise<SnapshotInfo> {
    return database.createSnapshot({
      branch: params.branch,
      at: body?.as_of,
      name: body?.name,
      description: body?.description,
      author: identity.userId,
      requestId: effectId,
    });
  }

  delete({ database, params }: Call<typeof operations.deleteSnapshot>): Promise<SnapshotInfo> {
    return database.deleteSnapshot({ branch: params.branch, snapshot: params.snapshot });
  }
}
