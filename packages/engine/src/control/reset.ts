import { type BranchInfo, HeliosError, NOW, type ResetBranch } from "@heliosdb/port";
import { describe, nextTimeline } from "./branch-life.js";
import type { WriterContext } from "./context.js";
import { forkAt } from "./fork.js";
import { keepAutomatically } from "./snapshots.js";
import { writable } from "./writable.js";

/**
 * Gives a branch a new timeline that forks from the target state, and copies nothing. For merges, the branch then looks
 * as if it had been made there, unlike after a restore, which is a commit that undoes earlier ones.
 */
export function resetBranch(context: WriterContext, request: ResetBranch): BranchInfo {
  const { meta, branches, views, allocator } = context;
  const branch = writable(branches, request.branch);
  const parent = branches.byIdOrNull(branch.parent);
  if (parent === null) {
    throw new HeliosError(
      "BRANCH_PROTECTED",
      `Branch '${branch.name}' is the default branch and can't be reset. Restore it instead.`,
    );
  }
  const at = request.at ?? NOW;
  const location = branches.locate(request.to === "parent" ? parent : branch, at);
  const here = branches.locate(branch);
  const current = views.head(here.file);
  const headScn = current.read(() => current.commits.atOrBefore(here.cap)!.scn);
  if (request.ifScn !== undefined && request.ifScn !== headScn) {
    throw new HeliosError(
      "TARGET_MOVED",
      `Expected the branch at SCN ${request.ifScn}, but it is at ${headScn}. Look at what changed, then try again.`,
      { scn: headScn },
    );
  }
  keepAutomatically(context, branch, request.author, "before a reset");
  const timeline = nextTimeline(context);
  const fork = forkAt(context, location, at, timeline);
  const now = allocator.time();
  meta.insert("timelines", {
    id: timeline,
    branch: branch.id,
    ...fork,
    since: allocator.scn(),
    sinceAt: now,
    author: request.author,
    message: request.message ?? null,
    purgedAt: null,
  });
  // A branch that followed its parent no longer does, and its earlier state must stay what it was.
  const before = branches.current(branch);
  if (before.fork === null) meta.updateTimeline(before.id, { origin: here.file, fork: headScn });
  meta.updateBranch(branch.id, { timeline, updatedAt: now, isolated: true });
  return describe(context, branch.id);
}
