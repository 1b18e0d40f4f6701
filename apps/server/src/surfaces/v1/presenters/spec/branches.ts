import { type BranchDetails, type BranchInfo, formatMicros, snapshotId } from "@heliosdb/port";
import type { BranchPage, BranchView } from "../../../../branches/branch-results.js";
import {
  boolean,
  described,
  integer,
  listOf,
  named,
  nullable,
  objectOf,
  optional,
  text,
  word,
} from "../../../../schema/index.js";
import { branchMetadata } from "../../schemas/metadata.js";
import { isoTime, scn } from "../../schemas/values.js";
import { flagFields, lifetimeOf, presentFlags } from "../shared/branch-fields.js";
import type { Results } from "../view/results.js";
import { isoSeconds } from "../view/times.js";
import { view } from "../view/view.js";
import { entries, presentEntries } from "./history.js";

const stats = objectOf({
  tables: integer(),
  rows: integer(),
  size_bytes: integer({ format: "int64" }),
  changes_from_source: optional(
    integer({ description: "Rows that the branch's own commits changed since its fork. Absent for main." }),
  ),
  inserts: optional(integer()),
  updates: optional(integer()),
  deletes: optional(integer()),
  data_bytes: optional(
    integer({ format: "int64", description: "With `include_stats`: the size of tables and indexes in the file." }),
  ),
  history_bytes: optional(
    integer({ format: "int64", description: "With `include_stats`: the size of the history in the file." }),
  ),
});

const divergence = named(
  "SpecDivergence",
  objectOf({
    source_branch: text({ example: "main" }),
    commits_ahead: integer({ description: "Commits that the source branch doesn't contain." }),
    commits_behind: integer({ description: "Commits of the source branch that this one doesn't contain." }),
    can_fast_forward: boolean({ description: "True when the branch contains everything that its source does." }),
  }),
);

const lifetime = lifetimeOf({ schema: isoTime, write: formatMicros }, isoTimeAsGiven);

const branchSchema = named(
  "SpecBranch",
  objectOf({
    id: text({ example: "br_7k2m9q4w8x3f6a5b" }),
    name: text({ example: "feature-auth" }),
    display_name: nullable(text({ example: "Authentication Feature" })),
    status: word(["active", "merged", "deleted"]),
    ...flagFields,
    source_branch: optional(text({ description: "Absent for main.", example: "main" })),
    source_snapshot: optional(text({ description: "The commit that the branch forks from.", example: "snap_2a" })),
    created_at: isoTime,
    ...lifetime.fields,
    metadata: branchMetadata,
    stats,
    divergence: optional(described("With `include_stats`: comparison with the source.", divergence)),
    history: optional(described("With `include_history`: the newest commits.", entries)),
    scn: described("The newest commit of the branch.", scn),
  }),
);

function presentBranch(branch: BranchView) {
  return {
    id: branch.id,
    name: branch.name,
    display_name: branch.displayName,
    status: branch.state,
    ...presentFlags(branch),
    ...(branch.parent && { source_branch: branch.parent.name, source_snapshot: snapshotId(branch.forkScn) }),
    created_at: formatMicros(branch.createdAt),
    ...lifetime.present(branch),
    metadata: branch.metadata,
    stats: {
      tables: branch.stats.tables,
      rows: branch.stats.rows,
      size_bytes: branch.stats.sizeBytes,
      ...presentChanges(branch.details?.changes ?? branch.changes),
      ...(branch.details && { data_bytes: branch.details.dataBytes, history_bytes: branch.details.historyBytes }),
    },
    ...(branch.details?.divergence && { divergence: presentDivergence(branch.details.divergence) }),
    ...(branch.recentHistory && { history: presentEntries(branch.recentHistory) }),
    scn: branch.headScn,
  };
}

function presentChanges(changes: BranchInfo["changes"]) {
  return changes && { changes_from_source: changes.inserts + changes.updates + changes.deletes, ...changes };
}

function presentDivergence({ parent, ahead, behind, canFastForward }: NonNullable<BranchDetails["divergence"]>) {
  return {
    source_branch: parent.name,
    commits_ahead: ahead,
    commits_behind: behind,
    can_fast_forward: canFastForward,
  };
}

export const branch = view(branchSchema, presentBranch);

const pagination = named(
  "Pagination",
  objectOf({
    page: integer(),
    limit: integer(),
    total: optional(integer()),
    total_pages: optional(integer()),
  }),
);

export const branchList = view(
  named("SpecBranchList", objectOf({ branches: listOf(branchSchema), pagination })),
  ({ branches, page, limit, total }: BranchPage) => ({
    branches: branches.map(presentBranch),
    pagination: { page, limit, total, total_pages: Math.ceil(total / Math.max(limit, 1)) },
  }),
);

export const deletedBranch = view(
  named("SpecDeletedBranch", objectOf({ deleted: boolean(), branch_name: text(), deleted_at: isoTime })),
  ({ name, deletedAt }: Results["deletedBranch"]) => ({
    deleted: true,
    branch_name: name,
    deleted_at: formatMicros(deletedAt!),
  }),
);

/** Most are given as whole seconds, and are shown so. */
function isoTimeAsGiven(micros: number): string {
  return micros % 1e6 === 0 ? isoSeconds(micros / 1e6) : formatMicros(micros);
}
