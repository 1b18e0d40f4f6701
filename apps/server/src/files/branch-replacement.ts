import { type BranchInfo, type CommitInfo, type DatabasePort, HeliosError } from "@heliosdb/port";
import { randomId } from "../util/ids.js";

/** The branch in between expires by itself, should the server end before it is merged. */
const EXPIRES_MICROS = 24 * 3600 * 1e6;
/** A branch that is written all the time is not waited for any longer. */
const MOST_TRIES = 5;
const LONGEST_NAME = 100;

export interface Replacement {
  readonly branch: string;
  readonly author: string;
  readonly message: string;
}

/**
 * Makes a branch what a SQLite file holds, by one commit. The file becomes a branch that forks from its head, with one
 * commit that brings what differs, and is merged back unless the head has moved meanwhile. Then the file is brought in
 * again, from the new head.
 */
export async function replaceBranch(
  database: DatabasePort,
  { branch, author, message }: Replacement,
  bytes: AsyncIterable<Uint8Array>,
): Promise<CommitInfo> {
  const target = checkWritable(await database.getBranch({ branch }));
  let head = target.headScn;
  let imported = await bringIn(database, { target, author, message }, head, bytes);
  for (let tries = 1; ; tries++) {
    try {
      checkWritable(await database.getBranch({ branch: target.id }));
      const merge = { source: imported.id, target: target.id, strategy: "source", author, message } as const;
      const { scn, timestamp, changed } = await database.merge({ ...merge, ifTargetScn: head, deleteSource: true });
      return { scn, timestamp, changed };
    } catch (error) {
      const hasMoved = error instanceof HeliosError && error.code === "TARGET_MOVED";
      if (!hasMoved || tries === MOST_TRIES) {
        await database.deleteBranch({ branch: imported.id }).catch(() => {});
        throw error;
      }
    }
    const before = imported;
    const file = await database.exportFile({ branch: before.id });
    try {
      head = (await database.getBranch({ branch: target.id })).headScn;
      imported = await bringIn(database, { target, author, message }, head, file.bytes);
    } finally {
      await file.close();
      await database.deleteBranch({ branch: before.id }).catch(() => {});
    }
  }
}

function bringIn(
  database: DatabasePort,
  { target, author, message }: { target: BranchInfo; author: string; message: string },
  head: number,
  bytes: AsyncIterable<Uint8Array>,
): Promise<BranchInfo> {
  const suffix = `-load-${randomId(10)}`;
  const name = target.name.slice(0, LONGEST_NAME - suffix.length) + suffix;
  const from = { branch: target.id, at: { kind: "scn", scn: head } } as const;
  return database.importFile({ name, from, author, message, expiresAt: Date.now() * 1000 + EXPIRES_MICROS }, bytes);
}

/** A load is a write, whatever it is made of. */
function checkWritable(branch: BranchInfo): BranchInfo {
  if (branch.readOnly) throw new HeliosError("BRANCH_READ_ONLY", `Branch '${branch.name}' is read-only.`);
  if (branch.isProtected) {
    throw new HeliosError("BRANCH_PROTECTED", `Branch '${branch.name}' is protected and can't be overwritten.`);
  }
  return branch;
}
