import { cpSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { HeliosError } from "@heliosdb/port";
import { afterAll } from "vitest";
import { openReader, openWriter } from "../../src/index.js";
import { type Photograph, photograph } from "../crash/photograph.js";
import { memoryFolder } from "../support/memory-folder.js";
import { TestDatabase } from "../support/test-database.js";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A database with everything that has a file: branches, one that is unwritten, a copy, a kept state, a deleted branch. */
export function filled(): string {
  const db = new TestDatabase();
  const { directory } = db;
  folders.push(directory);
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  db.execute(
    "main",
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
     INSERT INTO t SELECT i, printf('%100d', i) FROM n`,
  );
  db.control({ op: "createSnapshot", request: { branch: "main", author: "test", name: "kept" } });
  db.execute("main", "UPDATE t SET v = 'x' WHERE id = 3");
  db.branch("dev");
  db.branch("unwritten");
  db.execute("dev", "UPDATE t SET v = 'dev' WHERE id < 50");
  db.control({ op: "setRetention", request: { historyMs: 1000 } });
  db.travel(86_400_000);
  db.execute("main", "UPDATE t SET v = v || '~'");
  db.execute("dev", "DELETE FROM t WHERE id > 200");
  db.control({ op: "deleteBranch", request: { branch: "unwritten" } });
  db.maintain();
  db.control({ op: "setRetention", request: { historyMs: null } });
  const { scn } = db.execute("main", "INSERT INTO t (v) VALUES ('last')");
  db.execute("main", "DELETE FROM t WHERE id = 7");
  db.makeCopy("b1", scn);
  db.close();
  return directory;
}

export function copyOf(directory: string): string {
  const copy = memoryFolder("helios-engine-");
  folders.push(copy);
  cpSync(directory, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** SQLite files of a folder, relative to it. */
export function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(directory, name)).isFile() && !/-(wal|shm)$/.test(name))
    .map((name) => relative(directory, join(directory, name)))
    .sort();
}

export interface Opened {
  readonly notes: readonly string[];
  /** Why the whole database is refused, or null. */
  readonly refused: HeliosError | null;
  /** By branch: "ok", or why it can't be read or written. */
  readonly branches: ReadonlyMap<string, string>;
  /** "ok", or why nothing is cleared away. */
  readonly maintained: string;
}

/** Opens a database as a server does, and reads and writes each of its branches. */
export function tryOut(directory: string): Opened {
  const branches = new Map<string, string>();
  let writer: ReturnType<typeof openWriter>;
  try {
    writer = openWriter({ directory, clockOffsetMs: 2 * 86_400_000 });
  } catch (error) {
    if (error instanceof HeliosError) return { notes: [], refused: error, branches, maintained: "refused" };
    throw error;
  }
  const reader = openReader({ directory });
  for (const branch of ["main", "dev"]) {
    const sql = "INSERT INTO t (v) VALUES ('probe')";
    branches.set(
      branch,
      outcome(() => {
        reader.read({ op: "query", request: { branch, sql: "SELECT count(*), max(v) FROM t", maxRows: 10 } });
        const [written] = writer.write([
          { op: "execute", request: { branch, author: "probe", statements: [{ sql }] } },
        ]);
        if (!written!.ok) throw HeliosError.fromWire(written!.error);
      }),
    );
  }
  const maintained = outcome(() => {
    for (let turn = 0; turn < 20; turn++) if (!writer.maintain(1000).more) break;
  });
  const { notes } = writer;
  reader.close();
  writer.close();
  return { notes, refused: null, branches, maintained };
}

function outcome(action: () => void): string {
  try {
    action();
    return "ok";
  } catch (error) {
    if (error instanceof HeliosError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** Everything that can be read of a database. */
export function photographOf(directory: string): Photograph {
  const db = new TestDatabase(directory, 2 * 86_400_000);
  try {
    return photograph(db);
  } finally {
    db.close();
  }
}
