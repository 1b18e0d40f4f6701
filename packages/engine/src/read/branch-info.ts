import type { BranchInfo, BranchMetadata } from "@heliosdb/port";
import type { BranchTable } from "../meta/branches.js";
import type { BranchRecord } from "../meta/records.js";
import { epochAt } from "../schema/epochs.js";
import type { States } from "./states.js";
import { totalRows } from "./statistics.js";

/** Everything there is to say of a branch, statistics included, without counting a row. */
export function describeBranch(branches: BranchTable, states: States, branch: BranchRecord): BranchInfo {
  const location = branches.locate(branch);
  const head = states.head(location.file);
  const parent = branches.byIdOrNull(branch.parent);
  return head.within(() => {
    const commit = head.commits.atOrBefore(location.cap)!;
    const epoch = commit.scn === head.scn ? head.epoch : epochAt(head.db, commit.scn);
    // A branch that follows its parent forks, for the time being, at the parent's head.
    const { fork, forkAt } = branches.current(branch);
    const follows = fork === null && parent !== null;
    return {
      id: branch.id,
      name: branch.name,
      parent: parent === null ? null : { id: parent.id, name: parent.name },
      createdAt: branch.createdAt,
      forkScn: follows ? commit.scn : (fork ?? head.commits.first().scn),
      forkAt: follows ? commit.ts : forkAt,
      headScn: commit.scn,
      state: branch.deletedAt !== null ? "deleted" : branch.mergedScn === commit.scn ? "merged" : "active",
      isDefault: parent === null,
      isProtected: branch.isProtected,
      readOnly: branch.readOnly,
      isolated: branch.isolated,
      displayName: branch.displayName,
      metadata: JSON.parse(branch.metadata) as BranchMetadata,
      updatedAt: branch.updatedAt,
      expiresAt: branch.expiresAt,
      deletedAt: branch.deletedAt,
      stats: {
        tables: epoch.tables.length,
        rows: totalRows(head.db, epoch, commit.scn),
        sizeBytes: fileSize(head.db),
        lastModified: commit.ts,
      },
    };
  });
}

export function fileSize(db: { pragma(text: string, options: { simple: true }): unknown }): number {
  return Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
}
