import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  type BranchInfo,
  type GetBranch,
  HeliosError,
  type ImportRequest,
  type InsertRowsRequest,
  type MergeRequest,
  type MergeResult,
  type PointInTime,
  type QueryResult,
  type ReadTableRequest,
  type ReadTableResult,
  type ResolvedPoint,
  type RestoreRequest,
  type RestoreResult,
  type Value,
} from "@heliosdb/port";
import Database from "better-sqlite3";
import {
  adoptFile,
  type CloneJob,
  type ControlOperation,
  CopyNeeded,
  copyFiles,
  type DatabaseReader,
  type DatabaseWriter,
  finishFile,
  openReader,
  type ReadOperation,
  type ResultOf,
  type WriteOperation,
} from "../../src/index.js";
import { BranchTable } from "../../src/meta/branches.js";
import { MetaDb } from "../../src/meta/meta-db.js";
import { memoryFolder } from "./memory-folder.js";
import { type Plain, plain } from "./plain.js";
import { ENGINE_ALONE, leaveAsKilled } from "./runner.js";

/** A real database in a folder of its own, with a writer and a reader, as the processes of a server have them. */
export class TestDatabase {
  writer: DatabaseWriter;
  reader: DatabaseReader;
  copies = 0;

  constructor(
    readonly directory = memoryFolder("helios-engine-"),
    /** Added to the clock; a change takes effect when the database is opened again. */
    public clockOffsetMs = 0,
    private readonly runner = ENGINE_ALONE,
  ) {
    this.writer = runner.open({ directory, clockOffsetMs });
    this.reader = openReader({ directory, clockOffsetMs });
  }

  /** Opens the database again, so much later. */
  travel(ms: number): void {
    this.clockOffsetMs += ms;
    this.reopen();
  }

  control<O extends ControlOperation>(operation: O): Plain<ResultOf<O["op"]>> {
    return plain(this.writer.control(operation));
  }

  read<O extends ReadOperation>(operation: O): Plain<ResultOf<O["op"]>> {
    return plain(this.reader.read(operation));
  }

  restore(branch: string, at: PointInTime, extra: Partial<RestoreRequest> = {}): Plain<RestoreResult> {
    return this.control({ op: "restore", request: { branch, at, author: "test", ...extra } });
  }

  info(branch: string, extra: Partial<GetBranch> = {}): BranchInfo {
    return this.reader.read({ op: "getBranch", request: { branch, ...extra } });
  }

  /** Turns of maintenance until nothing is left to do. */
  maintain(): { expired: number; purged: number; pruned: number; jobs: number } {
    const sum = { expired: 0, purged: 0, pruned: 0, jobs: 0 };
    for (let turn = 0; turn < 1000; turn++) {
      const report = this.writer.maintain(1000);
      sum.expired += report.expired;
      sum.purged += report.purged;
      sum.pruned += report.pruned;
      if (report.job) {
        sum.jobs++;
        this.runClone(report.job);
      }
      if (!report.more) return sum;
    }
    throw new Error("maintenance does not come to an end");
  }

  /** Since when the newest timeline of all is in force. */
  newestTimeline(): number {
    const meta = new Database(join(this.directory, "meta.db"), { readonly: true });
    const since = meta.prepare("SELECT max(since) FROM timelines").pluck().get() as number;
    meta.close();
    return since;
  }

  /** The branch file and SCN that a point of a branch is read from. */
  place(branch: string, at: PointInTime): { file: string; at: number } {
    const meta = MetaDb.openForReading(join(this.directory, "meta.db"));
    const branches = BranchTable.read(meta);
    meta.close();
    const { file } = branches.locate(branches.get(branch), at);
    return { file, at: this.reader.read({ op: "resolve", request: { branch, at } }).scn };
  }

  resolve(branch: string, at: PointInTime): ResolvedPoint {
    return this.reader.read({ op: "resolve", request: { branch, at } });
  }

  /** A plain file of a state; the caller removes it. */
  export(branch: string, at?: PointInTime): string {
    const job = this.writer.prepareExport({ branch, at });
    this.runClone(job);
    return job.target.slice(0, -".unfinished".length);
  }

  import(name: string, path: string, from?: ImportRequest["from"]): BranchInfo {
    const request = { name, author: "test", from };
    const job = this.writer.prepareImport(request, path);
    try {
      if (job.base) {
        copyFiles(job.base);
        this.writer.copied(job.base);
        finishFile(job.base);
      }
      adoptFile(job);
    } catch (error) {
      if (job.base) this.writer.abort(job.base);
      throw error;
    }
    return this.writer.importBranch(job, request);
  }

  private runClone(job: CloneJob): void {
    copyFiles(job);
    this.writer.copied(job);
    finishFile(job);
    this.writer.finish(job);
  }

  /** One commit; throws HeliosError. */
  execute(branch: string, ...statements: (string | { sql: string; params: readonly Value[] })[]) {
    const request = {
      branch,
      author: "test",
      statements: statements.map((each) => (typeof each === "string" ? { sql: each } : each)),
    };
    return this.write({ op: "execute", request });
  }

  insert(
    branch: string,
    table: string,
    rows: InsertRowsRequest["rows"],
    onConflict: InsertRowsRequest["onConflict"] = "error",
  ) {
    return this.write({ op: "insertRows", request: { branch, author: "test", table, rows, onConflict } });
  }

  write<O extends WriteOperation>(operation: O): Plain<ResultOf<O["op"]>> {
    const [outcome] = this.writer.write([operation]);
    if (!outcome!.ok) throw HeliosError.fromWire(outcome!.error);
    return plain(outcome!.result) as Plain<ResultOf<O["op"]>>;
  }

  query(branch: string, sql: string, at?: PointInTime, params: Value[] = [], maxRows?: number): Plain<QueryResult> {
    return this.withCopies(() => this.read({ op: "query", request: { branch, sql, at, params, maxRows } }));
  }

  /** A page of a table of main, or of another branch. */
  page(table: string, request: Partial<ReadTableRequest> = {}): Plain<ReadTableResult> {
    const whole = { branch: "main", table, limit: 100, offset: 0, includeTotal: false, ...request };
    return this.withCopies(() => this.read({ op: "readTable", request: whole }));
  }

  /** Makes the copies that a read asks for; no read may ask for one again that is there. */
  private withCopies<T>(read: () => T): T {
    const made = new Set<string>();
    for (;;) {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof CopyNeeded)) throw error;
        const { file, scn } = error.request;
        const name = `${file}@${scn}`;
        if (made.has(name)) throw new Error(`a copy of ${name} is asked for again`);
        made.add(name);
        this.makeCopy(file, scn);
      }
    }
  }

  rows(branch: string, sql: string, at?: PointInTime) {
    return this.query(branch, sql, at).rows;
  }

  at(branch: string, sql: string, scn: number) {
    return this.rows(branch, sql, { kind: "scn", scn });
  }

  branch(name: string, parent = "main", at?: PointInTime) {
    return this.writer.control({ op: "createBranch", request: { name, parent, at } });
  }

  merge(
    source: string,
    target: string,
    strategy: MergeRequest["strategy"] = "auto",
    extra: Partial<MergeRequest> = {},
  ): Plain<MergeResult> {
    return this.control({ op: "merge", request: { source, target, strategy, author: "test", ...extra } });
  }

  /** As the host does it, but in this process: safe here, because the source is locked by a connection of our own. */
  makeCopy(file: string, scn: number): void {
    const job = this.writer.prepareCopy({ file, scn });
    if (!job) return;
    this.copies++;
    this.runClone(job);
  }

  reopen(): void {
    this.close();
    this.open();
  }

  /** Opens it again as a kill would leave it now. */
  kill(): void {
    leaveAsKilled(this.directory, () => {
      this.runner.killed?.(this.directory);
      this.close();
    });
    this.open();
  }

  /** After `close`. */
  open(): void {
    const { directory, clockOffsetMs } = this;
    this.writer = this.runner.open({ directory, clockOffsetMs });
    this.reader = openReader({ directory, clockOffsetMs });
  }

  /** Leaves the folder as a server that was shut down leaves it. */
  close(): void {
    this.reader.close();
    this.writer.close();
  }

  dispose(): void {
    this.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The code of the HeliosError that a call throws; fails where it throws none. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof HeliosError) return error.code;
    throw error;
  }
  throw new Error("nothing was thrown");
}
