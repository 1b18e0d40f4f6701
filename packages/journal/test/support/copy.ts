import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { EntryDoesNotFit, Replica } from "../../src/index.js";
import type { TestLog } from "./test-log.js";

/** A folder that follows a log. */
export class Copy {
  private base = memoryFolder("helios-replica-");
  private replica = this.begin();
  entries = 0;

  constructor(private readonly log: TestLog) {}

  get folder(): string {
    return join(this.base, "data");
  }

  /** Applies the log up to its end. */
  follow(): void {
    try {
      // After a kill, the log may go on in another way than it did when it was followed.
      if (this.replica.applied > this.log.length) throw new EntryDoesNotFit();
      this.applyAll();
    } catch (error) {
      if (!(error instanceof EntryDoesNotFit)) throw error;
      this.dispose();
      this.base = memoryFolder("helios-replica-");
      this.replica = this.begin();
      this.applyAll();
    }
  }

  private applyAll(): void {
    for (let seq = this.replica.applied + 1; seq <= this.log.length; seq++) {
      this.replica.apply(this.log.parts(seq));
      this.entries++;
    }
  }

  /** A folder like it that may be opened; its caller removes it. */
  taken(): string {
    const folder = memoryFolder("helios-taken-");
    cpSync(this.folder, folder, { recursive: true });
    return folder;
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true });
  }

  private begin(): Replica {
    return new Replica(join(this.base, "data"), join(this.base, "position.json"));
  }
}

/**
 * What differs between a database that nobody has open and a copy of it, byte by byte; rewound copies and transfers are
 * not copied.
 */
export function differences(folder: string, copy: string): string[] {
  const original = memoryFolder("helios-original-");
  try {
    cpSync(folder, original, { recursive: true });
    for (const name of filesOf(original)) if (name.endsWith("-wal")) moveLog(join(original, name.slice(0, -4)));
    return compare(original, copy);
  } finally {
    rmSync(original, { recursive: true, force: true });
  }
}

/** A killed process leaves logs, as does one that has not closed every reader. */
function moveLog(path: string): void {
  const db = new Database(path);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

function compare(original: string, copy: string): string[] {
  const names = [...new Set([...filesOf(original), ...filesOf(copy)])].sort();
  return names.flatMap((name) => {
    const [a, b] = [join(original, name), join(copy, name)];
    if (!existsSync(a)) return [`${name} is only in the copy`];
    if (!existsSync(b)) return [`${name} is missing in the copy`];
    const [mine, theirs] = [readFileSync(a), readFileSync(b)];
    if (mine.equals(theirs)) return [];
    const pages = Math.ceil(Math.max(mine.length, theirs.length) / 4096);
    const wrong = Array.from({ length: pages }, (_, i) => i).filter((i) => {
      return !mine.subarray(i * 4096, (i + 1) * 4096).equals(theirs.subarray(i * 4096, (i + 1) * 4096));
    });
    return [`${name}: ${mine.length} and ${theirs.length} bytes, pages ${wrong.map((i) => i + 1).join(", ")}`];
  });
}

export function filesOf(folder: string): string[] {
  const within = ["branches", "snapshots", "lost+found"].flatMap((name) =>
    existsSync(join(folder, name)) ? readdirSync(join(folder, name)).map((file) => `${name}/${file}`) : [],
  );
  return [...within, ...readdirSync(folder).filter((name) => name.startsWith("meta.db"))];
}
