import type { CommitPoint, Graph, GraphBranch, GraphGroup, GraphRequest } from "@heliosdb/port";
import { describeBranch } from "../describe/branch-info.js";
import { nameOfBranch } from "../history/entries.js";
import type { BranchTable } from "../meta/branches.js";
import type { BranchRecord, TimelineRecord } from "../meta/records.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";
import { CommitDetails, detailsOfReset, lengthOf } from "./commit-details.js";
import { type CommitBounds, type CommitRange, NEVER } from "./commit-index.js";
import { type FoldedGroup, Folding, fairShare } from "./folding.js";
import type { KnownCommits } from "./known-commits.js";

/** Characters of the details of all commits in one graph. */
const MOST_DETAILS = 4 * 1024 * 1024;

/** The own commits of a branch, on each of its timelines. */
interface Lane {
  readonly branch: BranchRecord;
  readonly timelines: readonly TimelineRecord[];
  readonly commits: number;
  readonly first: CommitPoint | null;
  readonly last: CommitPoint | null;
  readonly truncated: boolean;
}

/** Draws up graphs of a database's branches. */
export class GraphReader {
  private readonly details: CommitDetails;

  constructor(
    private readonly views: PointInTimeViews,
    private readonly commits: KnownCommits,
  ) {
    this.details = new CommitDetails(views);
  }

  read(branches: BranchTable, request: GraphRequest): Graph {
    const wanted = this.wanted(branches, request);
    const chosen = this.chosen(branches, wanted, request.maxBranches);
    const lanes = chosen.map((branch) => this.laneOf(branches, branch, request));
    const share = fairShare(
      lanes.map(({ commits }) => Math.min(commits, request.maxGroupsPerBranch)),
      request.maxGroups,
    );
    const most = Math.min(share, request.maxGroupsPerBranch);
    const room = { left: MOST_DETAILS };
    return {
      branches: lanes.map((lane) => this.drawn(branches, lane, request, most, room)),
      more: wanted.length - chosen.length,
      earliest: lanes.reduce<CommitPoint | null>((found, { first }) => older(found, first), null),
      latest: lanes.reduce<CommitPoint | null>((found, { last }) => newer(found, last), null),
    };
  }

  private wanted(branches: BranchTable, request: GraphRequest): BranchRecord[] {
    const { from = 0, until = NEVER } = request;
    const refs = request.branches && new Set(request.branches);
    const all = request.deleted ? branches.kept() : branches.live();
    return all.filter(
      ({ id, name, createdAt, deletedAt }) =>
        createdAt <= until &&
        (deletedAt === null || deletedAt >= from) &&
        (!refs || refs.has(id) || (deletedAt === null && refs.has(name))),
    );
  }

  /** The branches that changed last, each with its ancestors, oldest first. */
  private chosen(branches: BranchTable, wanted: readonly BranchRecord[], most: number): readonly BranchRecord[] {
    if (wanted.length <= most) return wanted;
    const isWanted = new Set(wanted);
    const changedAt = new Map(
      wanted.map((branch) => [branch, Math.max(branch.createdAt, this.views.known.at(branches.locate(branch)).ts)]),
    );
    const byChange = wanted.toSorted((a, b) => changedAt.get(b)! - changedAt.get(a)!);
    const chosen = new Set<BranchRecord>();
    for (const branch of byChange) {
      const line: BranchRecord[] = [];
      for (let at: BranchRecord | null = branch; at && !chosen.has(at); at = branches.byIdOrNull(at.parent)) {
        if (isWanted.has(at)) line.push(at);
      }
      if (chosen.size + line.length > most) continue;
      for (const each of line) chosen.add(each);
      if (chosen.size === most) break;
    }
    return wanted.filter((branch) => chosen.has(branch));
  }

  private laneOf(branches: BranchTable, branch: BranchRecord, request: GraphRequest): Lane {
    const timelines = branches.allTimelines(branch).filter(({ purgedAt }) => purgedAt === null);
    let [commits, truncated] = [0, false];
    let [first, last]: [CommitPoint | null, CommitPoint | null] = [null, null];
    for (const timeline of timelines) {
      const reset = resetPoint(timeline);
      if (reset && isWithin(reset, request)) commits++;
      first ??= reset;
      last = newer(last, reset);
      if (!timeline.materialised) continue;
      const fork = timeline.fork ?? 0;
      this.commits.with(timeline.id, fork, (source) => {
        commits += source.range(boundsOf(request)).count;
        first = older(first, source.firstFrom(0));
        last = newer(last, source.lastUntil(NEVER));
        truncated ||= source.horizon > fork;
      });
    }
    return { branch, timelines, commits, first, last, truncated };
  }

  private drawn(
    branches: BranchTable,
    lane: Lane,
    request: GraphRequest,
    most: number,
    room: { left: number },
  ): GraphBranch {
    const info = describeBranch(branches, this.views, lane.branch);
    const folding = new Folding(most);
    for (const timeline of lane.timelines) {
      const reset = resetPoint(timeline);
      if (reset && isWithin(reset, request)) folding.add({ ...reset, kind: "reset", merged: null });
      if (!timeline.materialised) continue;
      this.commits.with(timeline.id, timeline.fork ?? 0, (source) => addAll(folding, source.range(boundsOf(request))));
    }
    const { id, name, parent, createdAt, state, isDefault, isProtected, expiresAt, deletedAt } = info;
    return {
      ...{ id, name, parent, createdAt },
      fork: { scn: info.forkScn, timestamp: info.forkAt },
      head: { scn: info.headScn, timestamp: info.stats.lastModified },
      ...{ state, isDefault, isProtected, expiresAt, deletedAt },
      commits: lane.commits,
      foldedUs: folding.width,
      groups: folding.groups.map((group) => this.detailed(branches, lane, group, room)),
      truncated: lane.truncated,
    };
  }

  private detailed(branches: BranchTable, lane: Lane, group: FoldedGroup, room: { left: number }): GraphGroup {
    const merges = group.merges.map(({ source, ...scns }) => ({
      source: { id: source, name: nameOfBranch(branches.byIdOrNull(source))?.name ?? null },
      ...scns,
    }));
    const commit = group.commits === 1 && room.left > 0 ? this.commitOf(branches, lane, group.first) : null;
    if (commit) room.left -= lengthOf(commit);
    return { ...group, merges, commit };
  }

  private commitOf(branches: BranchTable, { timelines }: Lane, { scn }: CommitPoint) {
    const timeline = timelines.findLast(({ since }) => since <= scn)!;
    return timeline.since === scn ? detailsOfReset(timeline) : this.details.of(branches, timeline.id, scn);
  }
}

/** The reset that began a timeline. */
export function resetPoint({ since, sinceAt }: TimelineRecord): CommitPoint | null {
  return since === 0 ? null : { scn: since, timestamp: sinceAt };
}

function boundsOf({ from = 0, until = NEVER }: GraphRequest): CommitBounds {
  return { from, until, fromScn: 0, untilScn: NEVER };
}

function isWithin({ timestamp }: CommitPoint, { from = 0, until = NEVER }: GraphRequest): boolean {
  return timestamp >= from && timestamp <= until;
}

function addAll(folding: Folding, { each }: CommitRange): void {
  for (const commit of each()) folding.add(commit);
}

function older(a: CommitPoint | null, b: CommitPoint | null): CommitPoint | null {
  if (!a || !b) return a ?? b;
  return a.scn <= b.scn ? a : b;
}

function newer(a: CommitPoint | null, b: CommitPoint | null): CommitPoint | null {
  if (!a || !b) return a ?? b;
  return a.scn >= b.scn ? a : b;
}
