import type {
  BranchChange,
  BranchChanges,
  BranchChangesRequest,
  ChangedBranches,
  ChangedBranchesRequest,
  ChangePosition,
} from "@heliosdb/port";
import type { BranchTable } from "../meta/branches.js";
import { type EventRow, eventsOf, lastEvent, lastEventBefore, newestEvents } from "../meta/events.js";
import type { MetaDb } from "../meta/meta-db.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";
import { changeOfCommit, changeOfEvent, NamesInTime } from "./change.js";
import { newestCommit, ownCommits } from "./own-commits.js";

/** Branches checked for one page: each may need a file to be opened. */
const PAGE = 200;

/** The position before the first change at or after an SCN. */
export function changesBefore(meta: MetaDb, scn: number): ChangePosition {
  return { seq: lastEventBefore(meta, scn), scn: scn - 1 };
}

/**
 * The branches that have changed: those with newer entries in the record, and those requested (or all) with newer
 * commits.
 */
export function changedBranches(
  meta: MetaDb,
  branches: BranchTable,
  views: PointInTimeViews,
  { after, branches: refs, cursor = "" }: ChangedBranchesRequest,
): ChangedBranches {
  const seq = lastEvent(meta);
  const events = new Map(newestEvents(meta, after.seq).map((event) => [event.branch, event.seq]));
  const asked = refs?.flatMap((ref) => branches.all.filter(({ id, name }) => id === ref || name === ref));
  const ids = new Set([...(asked ?? branches.kept()).map(({ id }) => id), ...events.keys()]);
  const waiting = [...ids].filter((id) => id > cursor).sort();
  const page = waiting.slice(0, PAGE);
  return {
    branches: page.flatMap((id) => {
      const newest = { seq: events.get(id) ?? 0, scn: newestCommit(branches, views, id) };
      return newest.seq > after.seq || newest.scn > after.scn ? [{ id, newest }] : [];
    }),
    seq,
    next: waiting.length > page.length ? page.at(-1)! : null,
  };
}

/**
 * The changes of one branch after a position, oldest first. The record and the branch's file can't be read at the same
 * instant. So the record is read before the file and again after it: entries from the first read are older than all
 * later commits of the file; entries that arrived in between are returned only if they are older than a commit that was
 * found. `fresh` reads the list of branches again and drops views that were opened before.
 */
export function changesOf(
  meta: MetaDb,
  fresh: () => BranchTable,
  views: PointInTimeViews,
  { branch: id, after, limit }: BranchChangesRequest,
): BranchChanges {
  const before = eventsOf(meta, id, after.seq, limit + 1);
  const branches = fresh();
  // The commits of a new branch are all newer than the branch, although an import's SCN is given out long before.
  const low = before.some(isBirth) ? 0 : after.scn;
  const { commits, truncated } = ownCommits(branches, views, id, low, limit + 1);
  const found = eventsOf(meta, id, after.seq, limit + 1);
  const last = commits.at(-1)?.scn ?? 0;
  const settled = commits.length > limit ? 0 : (before.at(-1)?.seq ?? 0);
  const events = found.filter((event) => event.seq <= settled || event.scn < last || isBirth(event));

  const names = new NamesInTime(meta, branches, id);
  const changes: BranchChange[] = [];
  let position: ChangePosition = after;
  let [e, c] = [0, 0];
  while (e + c < limit) {
    const [event, commit] = [events[e], commits[c]];
    if (event && (!commit || isBirth(event) || event.scn < commit.scn)) {
      e++;
      position = { seq: event.seq, scn: isBirth(event) ? 0 : position.scn };
      const change = changeOfEvent(branches, event, position);
      if (change) changes.push(change);
    } else if (commit) {
      c++;
      position = { seq: position.seq, scn: commit.scn };
      changes.push(changeOfCommit(branches, commit, { id, name: names.at(commit.scn) }, position));
    } else break;
  }
  return { changes, position, more: e < found.length || c < commits.length, truncated };
}

function isBirth({ kind }: EventRow): boolean {
  return kind === "created";
}
