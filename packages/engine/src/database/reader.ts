import {
  type BranchInfo,
  type DescribeRequest,
  foldName,
  type GetBranch,
  type Handlers,
  HeliosError,
  type ListTables,
  MAIN_BRANCH,
  NOW,
  type Parameters,
  type PointInTime,
  type PortErrorCode,
  type QueryRequest,
  type QueryResult,
  type ReadTableRequest,
  type ReadTableResult,
  type ResolvedPoint,
  type Retention,
  type StatementDescription,
  type StreamRequest,
  type TableInfo,
} from "@heliosdb/port";
import type {
  DatabaseReader,
  DatabaseUsage,
  EngineOperations,
  EngineOptions,
  LineForm,
  ReadName,
  ReadOperation,
  ResultOf,
  RowSource,
  ShortRead,
  Weighed,
  WeighRequest,
} from "../api/api.js";
import { changedBranches, changesBefore, changesOf } from "../changes/changes.js";
import { DEFAULT_RETENTION, readRetention } from "../control/retention-settings.js";
import { listSnapshots } from "../control/snapshots.js";
import { branchChanges, branchDetails } from "../describe/branch-details.js";
import { describeBranch } from "../describe/branch-info.js";
import { tableDetails } from "../describe/table-details.js";
import { Differ } from "../diff/diff.js";
import { openForReading, openForShortReads } from "../file/connection.js";
import { DatabasePaths } from "../file/paths.js";
import { readDensity } from "../graph/density.js";
import { GraphReader } from "../graph/graph.js";
import { KnownCommits } from "../graph/known-commits.js";
import { readHistory } from "../history/history.js";
import { readRowHistory } from "../history/row-history-page.js";
import { BranchTable } from "../meta/branches.js";
import { MetaDb } from "../meta/meta-db.js";
import type { BranchRecord } from "../meta/records.js";
import { CopyNeeded } from "../past/copy-needed.js";
import { describeStatement } from "../query/describe-statement.js";
import { jsonOf, jsonPageOf } from "../query/json-result.js";
import { checkPageCursor, decodePageCursor, invalidPageCursor } from "../query/page-cursor.js";
import { QueryRunner } from "../query/query.js";
import { type BranchPlaces, hasAsOfTables, openAsOf, readAsOf } from "../query/query-as-of.js";
import { readTable } from "../query/read-table.js";
import { pointText } from "../query/table-pages.js";
import { schemaVersion, weigh } from "../query/weigh.js";
import { describeTable } from "../schema/statistics.js";
import { withStringLiterals } from "../sql/double-quoted.js";
import { type ParsedStatement, parseStatement } from "../sql/statement.js";
import { DEFAULT_RESULT_BYTES, ResultSize } from "../values/result-size.js";
import { PinnedReads } from "../view/pinned-reads.js";
import { type PointInTimeView, PointInTimeViews } from "../view/point-in-time-views.js";
import { tellLastWrite } from "../write/last-write.js";

/** What a read says that was led to the wrong place: the last where a file has no commit of the branch. */
const MISSING: readonly PortErrorCode[] = [
  "STORAGE_UNAVAILABLE",
  "BRANCH_NOT_FOUND",
  "SNAPSHOT_NOT_FOUND",
  "POINT_EXPIRED",
  "POINT_BEFORE_HISTORY",
  "POINT_IN_FUTURE",
  "INTERNAL_ERROR",
];

/** A list of branches that changes under each of so many attempts is no accident. */
const MOST_ATTEMPTS = 5;

/** Reads one database: its branches, now and at any point in time that is kept. */
export class Reader implements DatabaseReader {
  private readonly meta: MetaDb;
  private readonly views: PointInTimeViews;
  private readonly queries = new QueryRunner((db) => this.views.discard(db));
  private readonly pins = new PinnedReads();
  private readonly retention: Retention;
  private readonly maxAnswerBytes: number;
  private readonly differ: Differ;
  private readonly commits: KnownCommits;
  private readonly graphs: GraphReader;
  private branches: BranchTable;
  private metaVersion: number;
  /** The list of branches has been checked since reads were pinned. */
  private isFresh = false;

  private readonly handlers: Handlers<EngineOperations, ReadName> = {
    query: (request) => this.query(this.quoted(request)),
    describe: (request) => this.describe(request),
    readTable: (request) => this.readTable(request),
    queryJson: (request) => jsonOf(this.query(this.quoted(request)), request.rows),
    readTableJson: (request) => jsonPageOf(this.readTable(request), request.rows),
    listTables: (request) => this.listTables(request),
    listBranches: ({ deleted }) =>
      (deleted ? this.branches.kept() : this.branches.live()).map((branch) =>
        describeBranch(this.branches, this.views, branch),
      ),
    getBranch: (request) => this.getBranch(request),
    listSnapshots: ({ branch }) => listSnapshots(this.meta, this.branches, branch),
    getRetention: () => readRetention(this.meta, this.retention),
    history: (request) => readHistory(this.meta, this.branches, this.views, request),
    graph: (request) => this.graphs.read(this.branches, request),
    density: (request) => readDensity(this.branches, this.commits, request),
    rowHistory: (request) => readRowHistory(this.branches, this.views, request),
    diff: (request) => this.differ.diff(this.branches, request),
    usage: () => this.usage(),
    weigh: (request) => this.weigh(request),
    resolve: ({ branch, at }) => this.resolve(branch, at),
    changesBefore: ({ scn }) => changesBefore(this.meta, scn),
    changedBranches: (request) => changedBranches(this.meta, this.branches, this.views, request),
    changesOf: (request) => changesOf(this.meta, () => this.reloaded(), this.views, request),
  };

  constructor(options: EngineOptions) {
    const paths = new DatabasePaths(options.directory);
    this.meta = MetaDb.openForReading(paths.meta, options.forShortReads ? openForShortReads : openForReading);
    this.metaVersion = this.meta.dataVersion();
    this.branches = BranchTable.read(this.meta);
    this.maxAnswerBytes = options.maxAnswerBytes ?? DEFAULT_RESULT_BYTES;
    this.retention = options.retention ?? DEFAULT_RETENTION;
    const files = () => this.branches.files();
    const recorded = (file: string) => this.meta.fileFacts(file);
    this.views = new PointInTimeViews(
      paths,
      options.clockOffsetMs ?? 0,
      files,
      this.meta.identity(),
      recorded,
      this.pins,
      options.forShortReads,
    );
    this.differ = new Differ(this.views);
    this.commits = new KnownCommits(this.views);
    this.graphs = new GraphReader(this.views, this.commits);
  }

  pin(): void {
    this.pins.pin();
  }

  unpin(): void {
    this.pins.unpin();
    this.isFresh = false;
  }

  read<O extends ReadOperation>({ op, request }: O): ResultOf<O["op"]> {
    if (!this.isFresh) this.refresh();
    this.isFresh = this.pins.isPinned;
    const handler = this.handlers[op] as (of: unknown) => ResultOf<O["op"]>;
    return this.unlessMoved(() => new ResultSize(this.maxAnswerBytes).count(() => handler(request)));
  }

  readShort(operation: ShortRead, weighed: Weighed): ResultOf<ShortRead["op"]> | null {
    if (!this.isFresh) this.refresh();
    this.isFresh = this.pins.isPinned;
    const { file, cap } = this.branches.locate(this.branches.get(operation.request.branch));
    if (file !== weighed.file) return null;
    const head = this.views.head(file);
    return head.read(() => {
      if (head.scn > cap || schemaVersion(head.db) !== weighed.schema) return null;
      const handler = this.handlers[operation.op] as (of: unknown) => ResultOf<ShortRead["op"]>;
      return plain(new ResultSize(this.maxAnswerBytes).count(() => handler(operation.request)));
    });
  }

  stream(given: StreamRequest, form: LineForm): RowSource {
    this.pin();
    this.refresh();
    return this.unlessMoved(() => this.openStream(given, form));
  }

  /**
   * Calls `read`, and again where it found something missing and the list of branches has changed. The writer records
   * where a branch is before it takes away what was there, so the list of a moment ago may lead to a file that is gone,
   * or to one whose history retention has removed because no branch needs it any more.
   */
  private unlessMoved<T>(read: () => T): T {
    for (let attempt = 1; ; attempt++) {
      try {
        return read();
      } catch (error) {
        const isMissing = error instanceof CopyNeeded || isOneOf(error, ...MISSING);
        if (attempt === MOST_ATTEMPTS || !isMissing || !this.refresh()) throw error;
      }
    }
  }

  private openStream(given: StreamRequest, form: LineForm): RowSource {
    const request = this.quoted(given);
    this.checkReached(request);
    const location = this.branches.locate(this.branches.get(request.branch), request.at);
    const parsed = this.parse(request);
    const opened = hasAsOfTables(parsed)
      ? openAsOf(this.views, this.queries, this.places(request.branch), parsed, request)
      : { ...this.views.open(location, request.at ?? NOW), statement: { parsed } };
    try {
      const rows = this.queries.stream(opened.state, opened.statement, request, form);
      rows.onClose(opened.close);
      return rows;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  private places(ref: string): BranchPlaces {
    const branch = this.branches.get(ref);
    return { now: this.branches.locate(branch), at: (point) => this.branches.locate(branch, point) };
  }

  /** The request with its strings in single quotes, where it may have them in double ones. */
  private quoted<Q extends QueryRequest>(request: Q): Q {
    if (!request.doubleQuotedStrings) return request;
    const isExplain = /^\s*explain\b/i.test(request.sql);
    const compile = (sql: string) => this.query({ ...request, sql: isExplain ? sql : `EXPLAIN ${sql}`, maxRows: 1 });
    const sql = withStringLiterals(request.sql, { compile });
    return sql === request.sql ? request : { ...request, sql };
  }

  private query(request: QueryRequest): QueryResult {
    this.checkReached(request);
    const location = this.branches.locate(this.branches.get(request.branch), request.at);
    const parsed = this.parse(request);
    if (hasAsOfTables(parsed)) return readAsOf(this.views, this.queries, this.places(request.branch), parsed, request);
    return this.views.at(location, request.at ?? NOW, (view) => this.queries.run(view, { parsed }, request));
  }

  private parse({ sql, lastWrite }: QueryRequest): ParsedStatement {
    const parsed = this.queries.parse(sql);
    return lastWrite ? tellLastWrite(parsed, lastWrite) : parsed;
  }

  private describe(request: DescribeRequest): StatementDescription {
    const location = this.branches.locate(this.branches.get(request.branch), request.at);
    const isAtPoints = hasAsOfTables(parseStatement(request.sql));
    // A query without rows: its placeholders are NULL.
    const columnsOf = ({ parameters }: ParsedStatement) =>
      this.query({ ...request, maxRows: 0, params: nulls(parameters) }).columns;
    return this.views.at(location, request.at ?? NOW, (view) =>
      describeStatement(request, view, isAtPoints ? columnsOf : null),
    );
  }

  private weigh({ branch, sql, known }: WeighRequest): Weighed {
    const parsed = this.queries.parse(sql);
    const location = this.branches.locate(this.branches.get(branch));
    const isAtPoints = hasAsOfTables(parsed);
    return this.views.at(location, NOW, (view) =>
      isAtPoints ? { file: view.file, schema: 0, isShort: false, tables: [], tookMs: 0 } : weigh(view, parsed, known),
    );
  }

  private readTable(request: ReadTableRequest): ReadTableResult {
    const branch = this.branches.get(request.branch);
    const cursor = request.cursor === undefined ? null : decodePageCursor(request.cursor);
    const read = (state: PointInTimeView) => readTable(this.queries, state, request, branch.id, cursor);
    if (!cursor) return this.views.at(this.branches.locate(branch, request.at), request.at ?? NOW, read);
    checkPageCursor(cursor, { branch: branch.id, as_of: pointText(request) });
    return this.atCommit(branch, cursor.scn, request.at, read);
  }

  /**
   * The state of the commit that a page was read from: on the timeline on which the same point in time is read now, or,
   * if the branch was reset meanwhile, on the timeline that was current then. A commit is the same state wherever it is
   * found.
   */
  private atCommit<T>(
    branch: BranchRecord,
    scn: number,
    at: PointInTime | undefined,
    read: (state: PointInTimeView) => T,
  ): T {
    const point: PointInTime = { kind: "transaction", scn };
    try {
      return this.views.at(this.branches.locate(branch, at), point, read);
    } catch (error) {
      if (!isOneOf(error, "SNAPSHOT_NOT_FOUND", "POINT_EXPIRED")) throw error;
    }
    try {
      return this.views.at(this.branches.locate(branch, point), point, read);
    } catch (error) {
      if (!isOneOf(error, "SNAPSHOT_NOT_FOUND")) throw error;
      throw invalidPageCursor(
        "The cursor names a point in time that this branch doesn't have. Start again without a cursor.",
      );
    }
  }

  private listTables({ branch, at = NOW, tables, details, nextKeys = false }: ListTables): readonly TableInfo[] {
    const location = this.branches.locate(this.branches.get(branch), at);
    const names = tables && new Set(tables.map(foldName));
    return this.views.at(location, at, (view) =>
      view.epoch.tables
        .filter(({ name }) => !names || names.has(foldName(name)))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((table) => ({
          ...describeTable(view.db, view.epoch, table, view.commit.scn),
          ...(details && { details: tableDetails(view, table, nextKeys) }),
        })),
    );
  }

  private getBranch({ branch: ref, deleted, details, changes }: GetBranch): BranchInfo {
    const found = deleted ? this.branches.find(ref) : this.branches.get(ref);
    const info = describeBranch(this.branches, this.views, found);
    return {
      ...info,
      ...(changes && { changes: branchChanges(this.branches, this.views, found) }),
      ...(details && { details: branchDetails(this.branches, this.views, found) }),
    };
  }

  private resolve(ref: string, at: PointInTime): ResolvedPoint {
    const location = this.branches.locate(this.branches.get(ref), at);
    const head = this.views.head(location.file);
    const commit = head.read(() => this.views.resolve(head, location, at));
    return { scn: commit.scn, timestamp: commit.ts };
  }

  /**
   * A caller that knows about a commit must not get a result from a branch that is still before it, not even about its
   * past.
   */
  private checkReached({ branch, atLeastScn }: QueryRequest): void {
    if (atLeastScn === undefined) return;
    const { scn } = this.resolve(branch, NOW);
    if (scn >= atLeastScn) return;
    throw new HeliosError("POINT_IN_FUTURE", `Expected the branch at SCN ${atLeastScn} or later, got SCN ${scn}.`, {
      scn,
    });
  }

  private usage(): DatabaseUsage {
    const head = this.views.head(this.branches.locate(this.branches.get(MAIN_BRANCH)).file);
    return { branches: this.branches.live().length, oldest: head.read(() => head.commits.first().ts) };
  }

  /** Another process writes meta.db: its data version shows whether the cached list is still valid. True if it was not. */
  private refresh(): boolean {
    const version = this.meta.dataVersion();
    if (version === this.metaVersion) return false;
    this.metaVersion = version;
    this.branches = BranchTable.read(this.meta);
    return true;
  }

  /** The current list of branches, after dropping views that were opened before. */
  private reloaded(): BranchTable {
    if (this.pins.isPinned) {
      this.pins.unpin();
      this.pins.pin();
    }
    this.refresh();
    return this.branches;
  }

  close(): void {
    this.views.close();
    this.meta.close();
  }
}

function nulls(parameters: ParsedStatement["parameters"]): Parameters {
  const named = parameters.filter(({ text }) => !/^[?$]\d*$/.test(text));
  if (named.length === 0) return parameters.map(() => null);
  return Object.fromEntries(named.map(({ text }) => [text.slice(1), null]));
}

/** The result as another process would get it: its bytes are no Buffers. */
function plain<R extends ResultOf<ShortRead["op"]>>(result: R): R {
  if ("json" in result) return result;
  for (const row of result.rows as unknown[][]) {
    for (let i = 0; i < row.length; i++) {
      const value = row[i];
      if (Buffer.isBuffer(value)) row[i] = new Uint8Array(value.buffer, value.byteOffset, value.length);
    }
  }
  return result;
}

function isOneOf(error: unknown, ...codes: readonly PortErrorCode[]): boolean {
  return error instanceof HeliosError && codes.includes(error.code);
}

/** Opens a database for reading. Throws if it has not been created yet. */
export function openReader(options: EngineOptions): DatabaseReader {
  try {
    return new Reader(options);
  } catch (error) {
    if (error instanceof HeliosError) throw error;
    throw new HeliosError("STORAGE_UNAVAILABLE", "The database can't be opened for reading.");
  }
}
