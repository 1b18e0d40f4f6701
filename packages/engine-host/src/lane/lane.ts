import { join } from "node:path";
import {
  CopyNeeded,
  type DatabaseReader,
  type EngineOptions,
  openReader,
  type ReadOperation,
  type ShortRead,
} from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import { OpenDatabases } from "../process/open-databases.js";
import type { RequestSlots } from "../queue/request-slots.js";
import { CoreTime } from "./core-time.js";
import { ShortReads, type ShortReadsOptions } from "./short-reads.js";

export interface LaneOptions extends Pick<ShortReadsOptions, "weigh"> {
  readonly databasesDir: string;
  /** Whether the folder of a database may be put in another one's place. */
  readonly mayBeReplaced: boolean;
  /** Of each database's reader, without its folder. */
  readonly engine: Omit<EngineOptions, "directory" | "forShortReads">;
  readonly requestSlots: RequestSlots;
  /** Runs a read in another process. */
  readonly elsewhere: (database: string, operation: ReadOperation, deadlineMs: number) => Promise<unknown>;
}

/** Of one turn of the event loop. */
export const MOST_READS = 64;
export const MOST_MS = 5;
/** Databases that are open in this process, with 16 files each at most. */
const OPEN_DATABASES = 8;
/** A query that takes longer is slow. */
const SLOW_MS = 25;
const LONGEST_SQL = 4096;
const MOST_PARAMS = 100;
/** Characters or bytes of all parameters. */
const LARGEST_PARAMS = 65_536;

const ALWAYS = () => true;

interface Job {
  readonly database: string;
  readonly operation: ShortRead;
  readonly deadlineMs: number;
  readonly since: number;
  /** Asked when it is its turn: whether whoever asked may still be answered. */
  readonly mayRun: () => boolean;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Runs short reads in this process. DESIGN.md tells when, and why not otherwise. */
export class Lane {
  /** Reads that it answered. */
  reads = 0;
  private readonly known: ShortReads;
  private readonly coreTime = new CoreTime();
  private readonly readers: OpenDatabases<DatabaseReader>;
  /** By database, in the order in which they take turns. */
  private waiting = new Map<string, Job[]>();
  private isScheduled = false;

  constructor(private readonly options: LaneOptions) {
    const { databasesDir, mayBeReplaced, engine } = options;
    this.known = new ShortReads(options);
    const pathOf = (name: string) => join(databasesDir, name);
    this.readers = new OpenDatabases(
      OPEN_DATABASES,
      (name) => openReader({ ...engine, directory: pathOf(name), forShortReads: true }),
      () => false,
      mayBeReplaced ? pathOf : null,
    );
  }

  /** Whether a read is known to be short. If it isn't, it may be the next time. */
  has(database: string, operation: ReadOperation): operation is ShortRead {
    return mayBeShort(operation) && this.known.has(database, operation.request);
  }

  /** Null for a read that is not known to be short. */
  read(
    database: string,
    operation: ReadOperation,
    deadlineMs: number,
    mayRun: () => boolean = ALWAYS,
  ): Promise<unknown> | null {
    if (!this.has(database, operation)) return null;
    return new Promise((resolve, reject) => {
      this.options.requestSlots.take(database);
      const job: Job = { database, operation, deadlineMs, since: performance.now(), mayRun, resolve, reject };
      const others = this.waiting.get(database);
      if (others) others.push(job);
      else this.waiting.set(database, [job]);
      this.schedule();
    });
  }

  /** Rows of these files may be long by now; null stands for all files of all databases. */
  grown(database: string | null, files: readonly string[]): void {
    this.known.grown(database, files);
  }

  closeDatabase(database: string, error: HeliosError): void {
    for (const job of this.waiting.get(database) ?? []) {
      this.options.requestSlots.release(database);
      job.reject(error);
    }
    this.waiting.delete(database);
    this.known.forget(database);
    this.readers.close(database);
  }

  close(): void {
    this.readers.closeAll();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.run());
  }

  /** All that waits was parsed before this begins, so that one state of each database may answer it. */
  private run(): void {
    this.isScheduled = false;
    const turns = [...this.waiting.keys()];
    const most = Math.ceil(MOST_READS / turns.length);
    const answers: (() => void)[] = [];
    for (const database of turns) {
      const jobs = this.waiting.get(database)!;
      this.waiting.delete(database);
      const taken = jobs.splice(0, most);
      const ran = this.hold(database, taken, MOST_MS / turns.length);
      answers.push(...ran);
      const left = taken.slice(ran.length).concat(jobs);
      // Behind those that have waited for their turn.
      if (left.length > 0) this.waiting.set(database, left);
    }
    if (this.waiting.size > 0) this.schedule();
    for (const answer of answers) answer();
  }

  /**
   * Runs reads in one read transaction of their database, as far as there is time for them. Returns what answers them
   * when it has ended, in order.
   */
  private hold(database: string, jobs: readonly Job[], mostMs: number): (() => void)[] {
    const answers: (() => void)[] = [];
    try {
      if (this.readers.isReplaced(database)) this.readers.close(database);
      const reader = this.readers.get(database);
      reader.pin();
      const began = performance.now();
      this.coreTime.look(began);
      let from = began;
      for (const job of jobs) {
        const result = this.resultOf(reader, job);
        const now = performance.now();
        if (result !== null) this.took(job, now - from);
        answers.push(result === null ? () => this.elsewhere(job) : () => this.answered(job, result));
        if (now - began > mostMs) break;
        from = now;
      }
      reader.unpin();
    } catch {
      // It can't be opened here, or failed in an unknown way: the next time it is opened afresh.
      this.discard(database);
      for (const job of jobs.slice(answers.length)) answers.push(() => this.elsewhere(job));
    }
    return answers;
  }

  /** On a busy machine a process may wait for a core in the middle of a query. */
  private took({ database, operation }: Job, ms: number): void {
    if (ms < SLOW_MS) return;
    const worked = this.coreTime.workedOf(ms);
    if (worked >= SLOW_MS) this.known.slow(database, operation.request);
  }

  private discard(database: string): void {
    try {
      this.readers.close(database);
    } catch {
      // It is forgotten all the same.
    }
  }

  /** Null for whatever is not plain: another process tells what it comes to. Throws what is no error of the engine's. */
  private resultOf(reader: DatabaseReader, { database, operation, mayRun }: Job): unknown {
    const weighed = this.known.get(database, operation.request);
    if (weighed === null || !mayRun()) return null;
    try {
      const result = reader.readShort(operation, weighed);
      if (result === null) this.known.delete(database, operation.request);
      return result;
    } catch (error) {
      if (error instanceof HeliosError || error instanceof CopyNeeded) return null;
      throw error;
    }
  }

  private answered(job: Job, result: unknown): void {
    this.reads++;
    this.options.requestSlots.release(job.database);
    job.resolve(result);
  }

  private elsewhere(job: Job): void {
    const { database, operation, deadlineMs, since, resolve, reject } = job;
    this.options.requestSlots.release(database);
    this.options
      .elsewhere(database, operation, Math.max(0, deadlineMs - (performance.now() - since)))
      .then(resolve, reject);
  }
}

/** Whether nothing in the request itself makes it long. */
function mayBeShort(operation: ReadOperation): operation is ShortRead {
  if (operation.op !== "query" && operation.op !== "queryJson") return false;
  const { at, explain, doubleQuotedStrings, lastWrite, sql, params } = operation.request;
  if ((at !== undefined && at.kind !== "now") || explain || doubleQuotedStrings || lastWrite) return false;
  if (sql.length > LONGEST_SQL) return false;
  return params === undefined || isSmall(Array.isArray(params) ? params : Object.values(params));
}

function isSmall(params: readonly unknown[]): boolean {
  if (params.length > MOST_PARAMS) return false;
  let size = 0;
  for (const value of params) {
    if (typeof value === "string" || value instanceof Uint8Array) size += value.length;
  }
  return size <= LARGEST_PARAMS;
}
