import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HeliosError } from "@heliosdb/port";
import type { CloneJob, CopyRequest } from "../api/api.js";
import { openForReading } from "../file/connection.js";
import type { DatabaseFiles } from "../file/database-files.js";
import { openChecked } from "../file/file-identity.js";
import { moveToLostAndFound } from "../file/lost-and-found.js";
import { type DatabasePaths, UNFINISHED } from "../file/paths.js";
import { syncFile } from "../file/sync.js";
import { failpoint } from "../util/failpoint.js";
import type { BranchFile } from "../write/branch-file.js";
import { finishFile } from "./clone-files.js";

/** The newest rewound copies are kept, up to this number and this total size. */
export const MAX_COPIES = 32;
export const MAX_COPY_BYTES = 4 * 2 ** 30;

/** The plan of a clone. */
export interface Wanted extends Pick<CloneJob, "locks" | "scn" | "purpose" | "timeline" | "keepsLog"> {
  /** The name of the finished file. */
  readonly target: string;
  /** A snapshot file to copy instead of the source, whose history no longer leads to the state. */
  readonly filed: string | null;
}

/** A source that is not written while it is copied. */
interface Locked {
  readonly file: BranchFile;
  /** The lock is a transaction of the clone itself, not one that a user has open. */
  readonly isOwn: boolean;
}

/** Makes the clones of one database, and manages its folder of rewound copies. */
export class Clones {
  private nextId = 1;
  private readonly locked = new Map<number, Locked>();
  private readonly toClose = new Set<BranchFile>();

  constructor(
    private readonly paths: DatabasePaths,
    private readonly files: DatabaseFiles,
  ) {}

  /**
   * Locks the source against writes and returns the job. `copied` or `abort` unlocks it. While a user's transaction is
   * open in the source, that one is the lock, and nothing may be run in it before `copied`: a file that is opened ignores
   * what its log has of a transaction without a commit.
   */
  begin(source: BranchFile, wanted: Wanted): CloneJob {
    const id = this.nextId++;
    const { filed, ...plan } = wanted;
    const { purpose, keepsLog } = plan;
    const target = wanted.target + suffixOf({ id, purpose });
    const isOwn = !source.db.inTransaction;
    const withLog = isOwn ? this.lock(source) : true;
    this.locked.set(id, { file: source, isOwn });
    const from = filed === null ? { source: source.path, withLog } : { source: filed, withLog: false };
    // Told now and not when it is copied: a snapshot's file is not locked and may be removed until then.
    if (keepsLog) this.files.copying(from.source, target);
    return { ...plan, id, target, ...from };
  }

  /** Whether its log has anything that is not in the file. */
  private lock(source: BranchFile): boolean {
    const isMoved = this.files.moveLog(source.path, source.db);
    source.begin();
    // Nobody else writes to the file, so this is still true.
    return !isMoved;
  }

  /** Whether a file is being copied. */
  isCopied(file: BranchFile): boolean {
    for (const locked of this.locked.values()) if (locked.file === file) return true;
    return false;
  }

  copied(job: CloneJob): void {
    const locked = this.locked.get(job.id);
    this.locked.delete(job.id);
    if (!locked) return;
    const { file, isOwn } = locked;
    if (isOwn && file.db.inTransaction) file.db.exec("ROLLBACK");
    if (!this.isCopied(file) && this.toClose.delete(file)) file.close();
  }

  /** Closes a file that is no longer wanted, but never while it is being copied: its lock keeps the copy consistent. */
  close(file: BranchFile): void {
    if (this.isCopied(file)) this.toClose.add(file);
    else file.close();
  }

  /** Gives the finished file its name, durably. */
  publish(job: CloneJob): void {
    this.copied(job);
    const name = Clones.nameOf(job);
    if (job.keepsLog) this.files.finished(job.target);
    this.files.rename(job.target, name);
    syncFile(dirname(name));
    failpoint("clone.renamed");
    if (job.purpose === "copy") this.evictCopies();
  }

  abort(job: CloneJob): void {
    this.copied(job);
    this.files.remove(job.target);
  }

  /**
   * Clones without a helper process, for callers that run the engine alone. The file is read through SQLite's own
   * connection, which drops no lock but takes as much memory as the file is large.
   */
  run(job: CloneJob): void {
    const { file } = this.locked.get(job.id)!;
    failpoint("clone.begun");
    writeFileSync(job.target, file.db.serialize());
    failpoint("clone.copied");
    this.copied(job);
    finishFile(job);
  }

  /** The path of a finished job's file. */
  static nameOf(job: CloneJob): string {
    return job.target.slice(0, -suffixOf(job).length);
  }

  /**
   * Whether a copy exists and is the state that its name says. If it isn't, it is moved to lost+found/, so that it is
   * made again.
   */
  hasCopy({ file, scn }: CopyRequest, database: string): boolean {
    const path = this.paths.copy(file, scn);
    if (!existsSync(path)) return false;
    try {
      openChecked(path, { timeline: file, database, scn }, openForReading).close();
      return true;
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      moveToLostAndFound(this.paths, this.files, path);
      return false;
    }
  }

  private evictCopies(): void {
    const files = readdirSync(this.paths.copies)
      .filter((name) => name.endsWith(".db"))
      .map((name) => ({ path: join(this.paths.copies, name), ...sizeAndAge(join(this.paths.copies, name)) }))
      .sort((a, b) => b.made - a.made);
    let bytes = 0;
    files.forEach((file, i) => {
      bytes += file.size;
      if (i >= MAX_COPIES || (i > 0 && bytes > MAX_COPY_BYTES)) this.files.remove(file.path);
    });
  }
}

/** Several files may be in progress for one branch. */
function suffixOf({ id, purpose }: Pick<CloneJob, "id" | "purpose">): string {
  return purpose === "materialise" ? `.${id}${UNFINISHED}` : UNFINISHED;
}

function sizeAndAge(path: string): { size: number; made: number } {
  const { size, mtimeMs } = statSync(path);
  return { size, made: mtimeMs };
}
