import {
  type BranchRef,
  type CreateSnapshot,
  HeliosError,
  NOW,
  type SnapshotInfo,
  type SnapshotRef,
  snapshotId,
  snapshotScn,
} from "@heliosdb/port";
import { fileSize } from "../file/connection.js";
import type { BranchTable, Location } from "../meta/branches.js";
import type { Commit } from "../meta/commits.js";
import type { MetaDb } from "../meta/meta-db.js";
import type { BranchRecord, SnapshotRecord } from "../meta/records.js";
import { epochAt } from "../schema/epochs.js";
import { totalRows } from "../schema/statistics.js";
import type { WriterContext } from "./context.js";

/** Automatic snapshots kept for each branch; the oldest are removed. */
export const KEPT_AUTOMATIC = 20;
const MAX_NAME = 100;
const MAX_DESCRIPTION = 2_000;

/** Makes a snapshot. It costs a record and, when retention reaches it, a file. */
export function createSnapshot(context: WriterContext, request: CreateSnapshot): SnapshotInfo {
  const { meta, branches, views } = context;
  const branch = branches.get(request.branch);
  const at = request.at ?? NOW;
  const location = branches.locate(branch, at);
  const head = views.head(location.file);
  const commit = head.read(() => views.resolve(head, location, at));
  const name = text(request.name, "name", MAX_NAME);
  if (name !== null && snapshotScn(name) !== null) {
    throw new HeliosError(
      "INVALID_FIELD",
      `Invalid snapshot name "${name}": it looks like a snapshot id. Choose another name.`,
    );
  }
  const others = meta.snapshots(branch.id);
  const named = others.find((other) => other.name === name && name !== null && other.scn !== commit.scn);
  if (named) {
    throw new HeliosError(
      "SNAPSHOT_EXISTS",
      `Branch '${branch.name}' already has a snapshot '${name}' (${snapshotId(named.scn)}). Choose another name.`,
    );
  }
  const known = others.find((other) => other.scn === commit.scn);
  if (known && !known.automatic) {
    throw new HeliosError(
      "SNAPSHOT_EXISTS",
      `This state of branch '${branch.name}' already has a snapshot: ${snapshotId(known.scn)}${known.name ? ` '${known.name}'` : ""}.`,
    );
  }
  // An automatic snapshot of this state becomes a manual one.
  if (known) meta.deleteSnapshot(branch.id, known.scn);
  const record = recordOf(context, branch, location, commit, {
    automatic: false,
    name,
    description: text(request.description, "description", MAX_DESCRIPTION),
    author: request.author,
  });
  meta.insert("snapshots", { ...record, filed: known?.filed ?? false });
  return describeSnapshot(branches, record);
}

/** Takes an automatic snapshot of a branch's head before a drastic change. It does not hold history back. */
export function keepAutomatically(context: WriterContext, branch: BranchRecord, author: string, why: string): void {
  const { meta, branches, views } = context;
  const location = branches.locate(branch);
  const head = views.head(location.file);
  const commit = head.read(() => views.resolve(head, location, NOW));
  const others = meta.snapshots(branch.id);
  if (others.some((other) => other.scn === commit.scn)) return;
  meta.insert(
    "snapshots",
    recordOf(context, branch, location, commit, { automatic: true, name: null, description: why, author }),
  );
  for (const old of others.filter((other) => other.automatic).slice(KEPT_AUTOMATIC - 1)) {
    meta.deleteSnapshot(branch.id, old.scn);
  }
}

/** Its file, if it has one, is removed after this is committed. */
export function deleteSnapshot(context: WriterContext, { branch: ref, snapshot }: SnapshotRef): SnapshotInfo {
  const { meta, branches } = context;
  const branch = branches.get(ref);
  const scn = snapshotScn(snapshot);
  const found = meta.snapshots(branch.id).find((each) => each.name === snapshot || each.scn === scn);
  if (!found) {
    throw new HeliosError("SNAPSHOT_NOT_FOUND", `Branch '${branch.name}' has no snapshot '${snapshot}'.`);
  }
  meta.deleteSnapshot(branch.id, found.scn);
  return describeSnapshot(branches, found);
}

/** Newest first. */
export function listSnapshots(meta: MetaDb, branches: BranchTable, ref: BranchRef): SnapshotInfo[] {
  return meta.snapshots(branches.get(ref).id).map((snapshot) => describeSnapshot(branches, snapshot));
}

export function describeSnapshot(branches: BranchTable, snapshot: SnapshotRecord): SnapshotInfo {
  const { id, name } = branches.byIdOrNull(snapshot.branch)!;
  return {
    id: snapshotId(snapshot.scn),
    branch: { id, name },
    scn: snapshot.scn,
    timestamp: snapshot.ts,
    createdAt: snapshot.createdAt,
    type: snapshot.automatic ? "automatic" : "manual",
    name: snapshot.name,
    description: snapshot.description,
    author: snapshot.author,
    tables: snapshot.tables,
    rows: snapshot.rows,
    sizeBytes: snapshot.sizeBytes,
  };
}

type Given = Pick<SnapshotRecord, "automatic" | "name" | "description" | "author">;

function recordOf(
  { views, allocator }: WriterContext,
  branch: BranchRecord,
  location: Location,
  commit: Commit,
  given: Given,
): SnapshotRecord {
  const head = views.head(location.file);
  return head.read(() => {
    const epoch = epochAt(head.db, commit.scn);
    return {
      branch: branch.id,
      timeline: location.timeline,
      scn: commit.scn,
      ts: commit.ts,
      createdAt: allocator.time(),
      ...given,
      tables: epoch.tables.length,
      rows: totalRows(head.db, epoch, commit.scn),
      sizeBytes: fileSize(head.db),
      filed: false,
    };
  });
}

function text(value: string | null | undefined, what: string, most: number): string | null {
  if (value === undefined || value === null || value.trim() === "") return null;
  if (value.length <= most) return value.trim();
  throw new HeliosError("INVALID_FIELD", `The snapshot's ${what} is too long. Expected at most ${most} characters.`);
}
