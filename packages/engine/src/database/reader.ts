import {
  type BranchInfo,
  type GetBranch,
  HeliosError,
  NOW,
  type PointInTime,
  type PortErrorCode,
  type QueryRequest,
  type QueryResult,
  type ReadTableRequest,
  type ReadTableResult,
  type ResolvedPoint,
  type Retention,
  type StreamRequest,
  type TableInfo,
} from "@heliosdb/port";
import type {
  DatabaseReader,
  DatabaseUsage,
  EngineOptions,
  ReadOperation,
  ReadResults,
  RowSource,
} from "../api/api.js";
import { changedBranches, changesBefore, changesOf } from "../changes/changes.js";
import { DEFAULT_RETENTION, readRetention } from "../control/retention-settings.js";
import { listSnapshots } from "../control/snapshots.js";
import { branchChanges, branchDetails } from "../describe/branch-details.js";
import { describeBranch } from "../describe/branch-info.js";
import { Differ } from "../diff/diff.js";
import { DatabasePaths } from "../file/paths.js";
import { readHistory } from "../history/history.js";
import { readRowHistory } from "../history/row-history-page.js";
import { BranchTable, MAIN } from "../meta/branches.js";
import { MetaDb } from "../meta/meta-db.js";
import type { BranchRecord } from "../meta/records.js";
import { checkPageCursor, decodePageCursor, invalidPageCursor } from "../query/page-cursor.js";
import { QueryRunner } from "../query/query.js";
import { type BranchPlaces, openAsOf, readAsOf, readsMoments } from "../query/query-as-of.js";
import { readTable } from "../query/read-table.js";
import { pointText } from "../query/table-pages.js";
import { describeTable } from "../schema/statistics.js";
import { AnswerSize, DEFAULT_ANSWER_BYTES } from "../values/answer-size.js";
import { Moment } from "../view/pinned-reads.js";
import { type State, States } from "../view/point-in-time-views.js";

/** Reads one database: its branches, now and at any moment that is kept. */
export class Reader implements DatabaseReader {
  private readonly meta: MetaDb;
  private readonly states: States;
  private readonly queries = new QueryRunner((db) => this.states.discard(db));
  private readonly moment = new Moment();
  private readonly retention: Retention;
  private readonly maxAnswerBytes: number;
  private readonly differ: Differ;
  private branches: BranchTable;
  private metaVersion: number;
  /** The list of branches has been looked at in this moment. */
  private isFresh = false;

  constructor(options: EngineOptions) {
    const paths = new DatabasePaths(options.directory);
    this.meta = MetaDb.openForReading(paths.meta);
    this.metaVersion = this.meta.dataVersion();
    this.branches = BranchTable.read(this.meta);
    this.maxAnswerBytes = options.maxAnswerBytes ?? DEFAULT_ANSWER_BYTES;
    this.retention = options.retention ?? DEFAULT_RETENTION;
    const files = () => this.branches.files();
    const recorded = (file: string) => this.meta.fileFacts(file);
    this.states = new States(paths, options.clockOffsetMs ?? 0, files, this.meta.identity(), recorded, this.moment);
    this.differ = new Differ(this.states);
  }

  hold(): void {
    this.moment.begin();
  }

  release(): void {
    this.moment.end();
    this.isFresh = false;
  }

  read<O extends ReadOperation>(operation: O): ReadResults[O["op"]] {
    if (!this.isFresh) this.refresh();
    this.isFresh = this.moment.lasts;
    return new AnswerSize(this.maxAnswerBytes).count(() => this.dispatch(operation)) as ReadResults[O["op"]];
  }

  stream(request: StreamRequest): RowSource {
    this.hold();
    this.refresh();
    const location = this.branches.locate(this.branches.get(request.branch), request.at);
    const parsed = this.queries.parse(request.sql);
    const opened = readsMoments(parsed)
      ? openAsOf(this.states, this.queries, this.places(request.branch), parsed, request)
      : { ...this.states.open(location, request.at ?? NOW), statement: { parsed } };
    try {
      const rows = this.queries.stream(opened.state, opened.statement, request);
      rows.onClose(opened.close);
      return rows;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  private dispatch(operation: ReadOperation): ReadResults[ReadOperation["op"]] {
    switch (operation.op) {
      case "query":
        return this.query(operation.request);
      case "readTable":
        return this.readTable(operation.request);
      case "listTables":
        return this.listTables(operation.branch, operation.at ?? NOW);
      case "listBranches":
        return (operation.deleted ? this.branches.kept() : this.branches.live()).map((branch) =>
          describeBranch(this.branches, this.states, branch),
        );
      case "getBranch":
        return this.getBranch(operation.request);
      case "listSnapshots":
        return listSnapshots(this.meta, this.branches, operation.branch);
      case "getRetention":
        return readRetention(this.meta, this.retention);
      case "history":
        return readHistory(this.meta, this.branches, this.states, operation.request);
      case "rowHistory":
        return readRowHistory(this.branches, this.states, operation.request);
      case "diff":
        return this.differ.diff(this.branches, operation.request);
      case "usage":
        return this.usage();
      case "resolve":
        return this.resolve(operation.request.branch, operation.request.at);
      case "changesBefore":
        return changesBefore(this.meta, operation.scn);
      case "changedBranches":
        return changedBranches(this.meta, this.branches, this.states, operation.request);
      case "changesOf":
        return changesOf(this.meta, () => this.anew(), this.states, operation.request);
    }
  }

  private places(ref: string): BranchPlaces {
    const branch = this.branches.get(ref);
    return { now: this.branches.locate(branch), at: (point) => this.branches.locate(branch, point) };
  }

  private query(request: QueryRequest): QueryResult {
    const location = this.branches.locate(this.branches.get(request.branch), request.at);
    const parsed = this.queries.parse(request.sql);
    if (readsMoments(parsed)) return readAsOf(this.states, this.queries, this.places(request.branch), parsed, request);
    return this.states.at(location, request.at ?? NOW, (state) => this.queries.run(state, { parsed }, request));
  }

  private readTable(request: ReadTableRequest): ReadTableResult {
    const branch = this.branches.get(request.branch);
    const cursor = request.cursor === undefined ? null : decodePageCursor(request.cursor);
    const read = (state: State) => readTable(this.queries, state, request, branch.id, cursor);
    if (!cursor) return this.states.at(this.branches.locate(branch, request.at), request.at ?? NOW, read);
    checkPageCursor(cursor, { branch: branch.id, as_of: pointText(request) });
    return this.atCommit(branch, cursor.scn, request.at, read);
  }

  /**
   * The state of a commit that a page was read from: on the timeline that the same point is read on now, or, where the
   * branch was reset meanwhile, on the one that was in force then. A commit is one state wherever it is found.
   */
  private atCommit<T>(branch: BranchRecord, scn: number, at: PointInTime | undefined, read: (state: State) => T): T {
    const point: PointInTime = { kind: "transaction", scn };
    try {
      return this.states.at(this.branches.locate(branch, at), point, read);
    } catch (error) {
      if (!isOneOf(error, "SNAPSHOT_NOT_FOUND", "POINT_EXPIRED")) throw error;
    }
    try {
      return this.states.at(this.branches.locate(branch, point), point, read);
    } catch (error) {
      if (!isOneOf(error, "SNAPSHOT_NOT_FOUND")) throw error;
      throw invalidPageCursor("The cursor is of a moment that this branch never had: begin again without one.");
    }
  }

  private listTables(branch: string, at: PointInTime): readonly TableInfo[] {
    const location = this.branches.locate(this.branches.get(branch), at);
    return this.states.at(location, at, ({ db, epoch, commit }) =>
      [...epoch.tables]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((table) => describeTable(db, epoch, table, commit.scn)),
    );
  }

  private getBranch({ branch: ref, deleted, details, changes }: GetBranch): BranchInfo {
    const found = deleted ? this.branches.find(ref) : this.branches.get(ref);
    const info = describeBranch(this.branches, this.states, found);
    return {
      ...info,
      ...(changes && { changes: branchChanges(this.branches, this.states, found) }),
      ...(details && { details: branchDetails(this.branches, this.states, found) }),
    };
  }

  private resolve(ref: string, at: PointInTime): ResolvedPoint {
    const location = this.branches.locate(this.branches.get(ref), at);
    const head = this.states.head(location.file);
    const commit = head.within(() => this.states.resolve(head, location, at));
    return { scn: commit.scn, timestamp: commit.ts };
  }

  private usage(): DatabaseUsage {
    const head = this.states.head(this.branches.locate(this.branches.get(MAIN)).file);
    return { branches: this.branches.live().length, oldest: head.within(() => head.commits.first().ts) };
  }

  /** Another process writes meta.db: its version number says whether what was read of it still holds. */
  private refresh(): void {
    const version = this.meta.dataVersion();
    if (version === this.metaVersion) return;
    this.metaVersion = version;
    this.branches = BranchTable.read(this.meta);
  }

  /** The list of branches as it is now, and no state that was held since before. */
  private anew(): BranchTable {
    if (this.moment.lasts) {
      this.moment.end();
      this.moment.begin();
    }
    this.refresh();
    return this.branches;
  }

  close(): void {
    this.states.close();
    this.meta.close();
  }
}

function isOneOf(error: unknown, ...codes: readonly PortErrorCode[]): boolean {
  return error instanceof HeliosError && codes.includes(error.code);
}

/** Opens a database for reading. Throws where it has not been made yet. */
export function openReader(options: EngineOptions): DatabaseReader {
  try {
    return new Reader(options);
  } catch (error) {
    if (error instanceof HeliosError) throw error;
    throw new HeliosError("STORAGE_UNAVAILABLE", "The database can't be opened for reading.");
  }
}
