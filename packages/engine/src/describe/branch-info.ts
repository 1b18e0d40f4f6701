import type { BranchInfo, BranchMetadata } from "@heliosdb/port";
import type { BranchTable } from "../meta/branches.js";
import type { BranchRecord } from "../meta/records.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";

/** Everything about a branch, statistics included, without counting a row or opening an unchanged file. */
export function describeBranch(branches: BranchTable, views: PointInTimeViews, branch: BranchRecord): BranchInfo {
  const parent = branches.byIdOrNull(branch.parent);
  const { head, ts, tables, rows, bytes } = views.known.at(branches.locate(branch));
  // A branch that follows its parent currently forks at the parent's head.
  const { fork, forkAt } = branches.current(branch);
  return {
    id: branch.id,
    name: branch.name,
    parent: parent === null ? null : { id: parent.id, name: parent.name },
    createdAt: branch.createdAt,
    forkScn: fork ?? head,
    forkAt: fork === null ? ts : forkAt,
    headScn: head,
    state: branch.deletedAt !== null ? "deleted" : branch.mergedScn === head ? "merged" : "active",
    isDefault: parent === null,
    isProtected: branch.isProtected,
    readOnly: branch.readOnly,
    isolated: branch.isolated,
    displayName: branch.displayName,
    metadata: JSON.parse(branch.metadata) as BranchMetadata,
    updatedAt: branch.updatedAt,
    expiresAt: branch.expiresAt,
    deletedAt: branch.deletedAt,
    stats: { tables, rows, sizeBytes: bytes, lastModified: ts },
  };
}
