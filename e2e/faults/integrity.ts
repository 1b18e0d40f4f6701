import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** SQLite files of a data folder, relative to it. */
export function sqliteFilesOf(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".db") && statSync(join(dataDir, name)).isFile())
    .sort();
}

/** What SQLite itself has to say against the files of a data folder, while a server runs on it. */
export function integrityProblems(dataDir: string): string[] {
  return sqliteFilesOf(dataDir).flatMap((name) => {
    const db = new Database(join(dataDir, name), { readonly: true, timeout: 10_000 });
    try {
      const said = db.pragma("integrity_check", { simple: true });
      return said === "ok" ? [] : [`${name}: ${String(said)}`];
    } finally {
      db.close();
    }
  });
}
