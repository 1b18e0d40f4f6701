import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { removePrivateFile, writePrivateFile } from "../../config/private-file.js";
import { stateFolder } from "../../config/user-folder.js";
import { UsageError } from "../../errors/exit-codes.js";

/**
 * What is imported where. Another file, branch or table is another import. Ids of branches are unique among servers, and a
 * server may be reached at several addresses.
 */
export interface ImportTarget {
  /** Absolute path. */
  readonly file: string;
  /** Id of the branch. */
  readonly branch: string;
  readonly table: string;
}

/** Rows that follow the passed ones, in a request that may or may not have arrived. */
export interface Sending {
  /** Rows of the file before them, and with them. */
  readonly from: number;
  readonly rows: number;
  readonly digest: string;
  /** The run that sent it, which is part of its key. */
  readonly run: number;
}

/** How far an import has come. */
export interface Progress {
  /** Rows of the file that are done: imported, skipped or bad. */
  readonly rows: number;
  /** Digest of those rows; null if it isn't known. */
  readonly digest: string | null;
  readonly imported: number;
  readonly skipped: number;
  readonly bad: number;
  /** Bytes of the file of bad lines. */
  readonly badBytes: number;
  /** The newest commit that changed rows. */
  readonly scn: number | null;
  /** In the order of the file; each request takes effect only after the one before. */
  readonly sending: readonly Sending[];
}

/** Another version encoded rows in another way, so its digests are others. */
const VERSION = 2;

interface Stored extends ImportTarget {
  readonly version: typeof VERSION;
  readonly id: string;
  readonly started: string;
  /** The branch's commit when it began. */
  readonly base: number;
  readonly run: number;
  readonly progress: Progress;
}

const NOTHING: Progress = {
  rows: 0,
  digest: null,
  imported: 0,
  skipped: 0,
  bad: 0,
  badBytes: 0,
  scn: null,
  sending: [],
};

/**
 * The state of an import that can be interrupted at any moment. It is saved before each request and at the end, in a file of
 * the user's state folder, or not at all for a source that can't be read again.
 */
export class ImportState {
  private constructor(
    private stored: Stored,
    private readonly path: string | null,
    readonly isResumed: boolean,
  ) {}

  /** Null if no earlier run of this import was interrupted. */
  static find(target: ImportTarget): ImportState | null {
    const path = pathOf(target);
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw new UsageError(`${path} can't be read: ${(error as Error).message}`);
    }
    const stored = JSON.parse(text) as Stored;
    if (stored.version !== VERSION) throw new UsageError(`${path} is of another version of helios. Use --restart.`);
    return new ImportState({ ...stored, run: stored.run + 1 }, path, true);
  }

  static begin(target: ImportTarget, base: number, isKept: boolean): ImportState {
    const id = randomBytes(8).toString("hex");
    const started = new Date().toISOString();
    const stored = { version: VERSION, id, started, base, run: 1, ...target, progress: NOTHING } as const;
    return new ImportState(stored, isKept ? pathOf(target) : null, false);
  }

  /** Whether another run can go on from it. */
  get isKept(): boolean {
    return this.path !== null;
  }

  get id(): string {
    return this.stored.id;
  }

  get started(): string {
    return this.stored.started;
  }

  get base(): number {
    return this.stored.base;
  }

  get run(): number {
    return this.stored.run;
  }

  get progress(): Progress {
    return this.stored.progress;
  }

  willSend(sending: Sending): void {
    const { from, run } = sending;
    const others = this.progress.sending.filter((one) => one.from !== from || one.run !== run);
    this.set({ sending: [...others, sending].sort((a, b) => a.from - b.from) });
  }

  /** Rows are done, so requests that had them are over. */
  pass(change: Partial<Progress> & { readonly rows: number }): void {
    this.set({ ...change, sending: this.progress.sending.filter(({ rows }) => rows > change.rows) });
  }

  /** The requests of a run had no effect; only that of the rows behind `from`, if it is given. */
  forgetSent(run = this.run, from?: number): void {
    const isOver = (one: Sending) => one.run === run && (from === undefined || one.from === from);
    this.set({ sending: this.progress.sending.filter((one) => !isOver(one)) });
  }

  private set(change: Partial<Progress>): void {
    this.stored = { ...this.stored, progress: { ...this.stored.progress, ...change } };
  }

  save(): void {
    if (this.path !== null) writePrivateFile(this.path, `${JSON.stringify(this.stored, null, 2)}\n`);
  }

  remove(): void {
    if (this.path !== null) removePrivateFile(this.path);
  }
}

function pathOf({ file, branch, table }: ImportTarget): string {
  const name = createHash("sha256")
    .update(JSON.stringify([file, branch, table]))
    .digest("hex")
    .slice(0, 24);
  return join(stateFolder(), "imports", `${name}.json`);
}
