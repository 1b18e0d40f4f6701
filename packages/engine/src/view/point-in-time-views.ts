import { existsSync } from "node:fs";
import { HeliosError, type PointInTime } from "@heliosdb/port";
import { type Connection, openForReading, openForShortReads } from "../file/connection.js";
import { type FileIdentity, openChecked } from "../file/file-identity.js";
import type { DatabasePaths } from "../file/paths.js";
import { engineTime } from "../meta/allocator.js";
import type { Location } from "../meta/branches.js";
import { type Commit, CommitLog } from "../meta/commits.js";
import type { FileFacts } from "../meta/file-facts.js";
import { PastView } from "../past/past-view.js";
import type { Epoch } from "../schema/model.js";
import { Lru } from "../util/lru.js";
import { HeadView } from "./head-view.js";
import { KnownFiles } from "./known-files.js";
import { PinnedReads } from "./pinned-reads.js";
import { resolvePoint } from "./resolve-point.js";

/** A state to read: on `db`, every table of `epoch` can be read by its own name as of `commit`. */
export interface PointInTimeView {
  readonly db: Connection;
  readonly epoch: Epoch;
  readonly commit: Commit;
  readonly file: string;
  /** Present if tables are read through shadows. */
  readonly past: PastView | null;
}

const OPEN_HEADS = 64;
const OPEN_SHORT_HEADS = 16;
const OPEN_PASTS = 32;

/** The open connections of one reader, by branch file and by (branch file, SCN). */
export class PointInTimeViews {
  private readonly heads: Lru<string, HeadView>;
  private readonly pasts = new Lru<string, PastView>(OPEN_PASTS, (state) => state.close());
  private readonly copies = new Lru<string, HeadView>(OPEN_PASTS, (state) => state.close());

  readonly known: KnownFiles;

  constructor(
    private readonly paths: DatabasePaths,
    private readonly clockOffsetMs: number,
    private readonly files: () => readonly string[],
    /** Id of the database; null in a record that no writer of this release has opened. */
    private readonly database: string | null,
    recorded: (file: string) => FileFacts | null,
    private readonly pins = new PinnedReads(),
    private readonly forShortReads = false,
  ) {
    this.heads = new Lru(forShortReads ? OPEN_SHORT_HEADS : OPEN_HEADS, (state) => state.close());
    this.known = new KnownFiles(paths, (file) => this.head(file), recorded);
  }

  private get connect(): (path: string) => Connection {
    return this.forShortReads ? openForShortReads : openForReading;
  }

  /** Calls `read` with the state at a point in time of a branch, inside a read transaction. */
  at<T>(location: Location, point: PointInTime, read: (state: PointInTimeView) => T): T {
    const head = this.head(location.file);
    let commit: Commit | undefined;
    const done = head.read(() => {
      commit = this.resolve(head, location, point);
      if (commit.scn !== head.scn) return null;
      return { value: read({ db: head.db, epoch: head.epoch, commit, file: location.file, past: null }) };
    });
    return done ? done.value : this.past(location, commit!, read);
  }

  /**
   * The state at a point in time, for reads that continue after this call. Reads must be pinned (PinnedReads) until it
   * is closed.
   */
  open(location: Location, point: PointInTime): { readonly state: PointInTimeView; close(): void } {
    const { file } = location;
    const head = this.head(file);
    const commit = head.read(() => this.resolve(head, location, point));
    const whole = commit.scn === head.scn ? head : (this.copy(file, commit.scn) ?? this.filed(location, commit.scn));
    if (whole) {
      const { db, epoch } = whole.read(() => whole);
      return { state: { db, epoch, commit, file, past: null }, close: () => {} };
    }
    const past = new PastView(this.paths.branch(file), commit.scn);
    try {
      past.pin();
    } catch (error) {
      past.close();
      const kept = this.filed(location, commit.scn, true);
      if (kept === null) throw error;
      const { db, epoch } = kept.read(() => kept);
      return { state: { db, epoch, commit, file, past: null }, close: () => {} };
    }
    return { state: { db: past.db, epoch: past.epoch, commit, file, past }, close: () => past.close() };
  }

  resolve(head: HeadView, location: Location, point: PointInTime): Commit {
    if (point.kind === "now" && location.cap === Number.POSITIVE_INFINITY) return head.head();
    return resolvePoint(
      head.commits,
      location.cap,
      point,
      engineTime(this.clockOffsetMs),
      (scn) => this.isGiven(scn),
      (scn) => this.filedPath(location, scn) !== null,
    );
  }

  /** The file of a snapshot, if it has one. */
  filedPath(location: Location, scn: number): string | null {
    const path = this.paths.snapshot(location.timeline, scn);
    return existsSync(path) ? path : null;
  }

  /** A file's newest commits and statistics; call `within` on it. */
  head(file: string): HeadView {
    return this.heads.getOr(
      file,
      () => new HeadView(this.paths.branch(file), this.identity(file), this.pins, this.connect),
    );
  }

  /**
   * Calls `read` with a connection to a file. One that isn't open is opened outside the cache, for reads of so many files
   * that others would be closed for them.
   */
  glance<T>(file: string, read: (db: Connection) => T): T {
    const head = this.heads.get(file);
    if (head) return head.read(() => read(head.db));
    const db = openChecked(this.paths.branch(file), this.identity(file), this.connect);
    try {
      return db.transaction(() => read(db))();
    } finally {
      db.close();
    }
  }

  private past<T>(location: Location, commit: Commit, read: (state: PointInTimeView) => T): T {
    const { file } = location;
    const key = `${file}@${commit.scn}`;
    const copy = this.copy(file, commit.scn) ?? this.filed(location, commit.scn);
    if (copy) {
      return copy.read(() => read({ db: copy.db, epoch: copy.epoch, commit, file, past: null }));
    }
    const past = this.pasts.getOr(key, () => new PastView(this.paths.branch(file), commit.scn));
    try {
      return past.read(() => read({ db: past.db, epoch: past.epoch, commit, file, past }));
    } catch (error) {
      const kept = past.broken ? this.filed(location, commit.scn, true) : null;
      if (kept === null) throw error;
      return kept.read(() => read({ db: kept.db, epoch: kept.epoch, commit, file, past: null }));
    } finally {
      if (past.broken) this.pasts.delete(key);
    }
  }

  branchPath(file: string): string {
    return this.paths.branch(file);
  }

  /** The path of a file that contains exactly this state: a snapshot whose history is gone, or a rewound copy. */
  copyPath(location: Location, scn: number): string | null {
    if (scn < this.head(location.file).commits.horizon()) return this.filedPath(location, scn);
    const path = this.copy(location.file, scn)?.path;
    // A copy that is open here may have been removed: it can be read, but not attached.
    return path !== undefined && existsSync(path) ? path : null;
  }

  /** The rewound copy of a state, if there is one. */
  copy(file: string, scn: number): HeadView | null {
    const key = `${file}@${scn}`;
    const path = this.paths.copy(file, scn);
    const open = this.copies.get(key);
    if (open) return open;
    if (!existsSync(path)) return null;
    const state = this.openCopy(path, { ...this.identity(file), scn });
    if (state === null) return null;
    this.copies.set(key, state);
    this.pasts.delete(key);
    return state;
  }

  /** Null for a copy whose content does not match its name: the writer then makes it again. */
  private openCopy(path: string, identity: FileIdentity): HeadView | null {
    try {
      return new HeadView(path, identity, this.pins);
    } catch (error) {
      if (error instanceof HeliosError && error.code === "STORAGE_UNAVAILABLE") return null;
      throw error;
    }
  }

  /** A snapshot whose history is gone. */
  private filed(
    location: Location,
    scn: number,
    isGone = scn < this.head(location.file).commits.horizon(),
  ): HeadView | null {
    if (!isGone) return null;
    const path = this.filedPath(location, scn);
    if (path === null) return null;
    const identity = { ...this.identity(null), scn };
    return this.copies.getOr(path, () => new HeadView(path, identity, this.pins));
  }

  /**
   * Whether some branch has a commit at or after an SCN. Called only for an SCN beyond the branch's own head. The
   * newest files are checked first, and those not open are opened outside the cache, since so many may be checked that
   * others would be closed.
   */
  private isGiven(scn: number): boolean {
    const files = [...this.files()].reverse();
    const open = files.filter((file) => this.heads.get(file) !== undefined);
    if (open.some((file) => this.head(file).commits.head().scn >= scn)) return true;
    return files.some((file) => !open.includes(file) && this.glance(file, (db) => new CommitLog(db).head().scn >= scn));
  }

  /** Closes one connection, which must not be used again. */
  discard(db: Connection): void {
    for (const cache of [this.heads, this.pasts, this.copies]) {
      for (const key of cache.keys()) if (cache.get(key)?.db === db) cache.delete(key);
    }
  }

  private identity(timeline: string | null): FileIdentity {
    return { timeline, database: this.database };
  }

  /** Closes all connections to a branch file that is being removed. */
  closeFile(file: string): void {
    this.heads.delete(file);
    this.known.delete(file);
    for (const cache of [this.pasts, this.copies]) {
      for (const key of cache.keys()) if (key.startsWith(`${file}@`)) cache.delete(key);
    }
  }

  close(): void {
    this.heads.clear();
    this.pasts.clear();
    this.copies.clear();
  }
}
