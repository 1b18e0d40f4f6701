import type { BranchDetails } from "@heliosdb/port";
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
import { epochSeconds, scn } from "../../schemas/values.js";
import { flagFields, lifetimeOf, presentFlags } from "../shared/branch-fields.js";
import type { Results } from "../view/results.js";
import { toSeconds } from "../view/times.js";
import { type View, view } from "../view/view.js";
import { entries, presentEntry } from "./history.js";
import { STATES } from "./states.js";

const changes = nullable(
  objectOf(
    { inserts: integer(), updates: integer(), deletes: integer() },
    { description: "Rows that the branch's own commits changed since its fork; null for main." },
  ),
);

const details = named(
  "BranchDetails",
  objectOf({
    data_bytes: integer({ format: "int64", description: "Size of tables and indexes in the file." }),
    history_bytes: integer({ format: "int64", description: "Size of the history in the file." }),
    changes,
    divergence: nullable(
      objectOf(
        {
          parent: text({ example: "main" }),
          commits_ahead: integer({ description: "Commits that the parent doesn't contain." }),
          commits_behind: integer({ description: "Commits of the parent that the branch doesn't contain." }),
          can_fast_forward: boolean({ description: "True when the branch contains everything that the parent does." }),
        },
        { description: "Comparison with the parent; null for main." },
      ),
    ),
  }),
);

const lifetime = lifetimeOf({ schema: epochSeconds, write: toSeconds });

const branchSchema = named(
  "Branch",
  objectOf({
    id: text({ example: "br_7k2m9q4w8x3f6a5b" }),
    name: text({ example: "feature-user-auth" }),
    parent: nullable(text({ description: "Name of the parent; null for main.", example: "main" })),
    created_at: epochSeconds,
    snapshot_id: described("Time of the commit that the branch forks from.", epochSeconds),
    state: word(Object.values(STATES)),
    stats: objectOf({
      total_keys: integer({ description: "Rows of all tables." }),
      size_bytes: integer({ format: "int64" }),
      last_modified: epochSeconds,
    }),
    scn: described("The newest commit of the branch.", scn),
    display_name: nullable(text({ example: "User authentication" })),
    ...flagFields,
    metadata: branchMetadata,
    ...lifetime.fields,
    changes: optional(described("In a list with `include_changes`; null for main.", changes)),
    details: optional(described("With `include_stats`.", details)),
    history: optional(described("With `include_history`: the newest commits.", entries)),
  }),
);

function presentBranch(branch: BranchView) {
  return {
    id: branch.id,
    name: branch.name,
    parent: branch.parent?.name ?? null,
    created_at: toSeconds(branch.createdAt),
    snapshot_id: toSeconds(branch.forkAt),
    state: STATES[branch.state],
    stats: {
      total_keys: branch.stats.rows,
      size_bytes: branch.stats.sizeBytes,
      last_modified: toSeconds(branch.stats.lastModified),
    },
    scn: branch.headScn,
    display_name: branch.displayName,
    ...presentFlags(branch),
    metadata: branch.metadata,
    ...lifetime.present(branch),
    ...(branch.changes !== undefined && { changes: branch.changes }),
    ...(branch.details && { details: presentDetails(branch.details) }),
    ...(branch.recentHistory && { history: branch.recentHistory.map(presentEntry) }),
  };
}

function presentDetails({ dataBytes, historyBytes, changes, divergence }: BranchDetails) {
  return {
    data_bytes: dataBytes,
    history_bytes: historyBytes,
    changes,
    divergence: divergence && {
      parent: divergence.parent.name,
      commits_ahead: divergence.ahead,
      commits_behind: divergence.behind,
      can_fast_forward: divergence.canFastForward,
    },
  };
}

export const branch = view(branchSchema, presentBranch);

export const branchList = view(
  named("BranchList", objectOf({ total: integer(), branches: listOf(branchSchema) })),
  (page: BranchPage) => ({ total: page.total, branches: page.branches.map(presentBranch) }),
);

/** In the tutorial, a deletion has no body. */
export const deletedBranch: View<Results["deletedBranch"]> = { schema: null, status: 204, present: () => undefined };
