import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { BranchTable } from "../../src/meta/branches.js";
import { MetaDb } from "../../src/meta/meta-db.js";

/** What is wrong with the files of a database that nobody has open: damage, files half made, files nobody knows. */
export function problemsOf(directory: string): string[] {
  const meta = MetaDb.openForReading(join(directory, "meta.db"));
  const branches = BranchTable.read(meta).files();
  const snapshots = meta.snapshots();
  meta.close();
  const fileOf = ({ timeline, scn }: { timeline: string; scn: number }) => `snapshots/${timeline}-${scn}.db`;
  const needed = [
    ...branches.map((file) => `branches/${file}.db`),
    ...snapshots.filter(({ filed }) => filed).map(fileOf),
  ];
  // The file of a kept state is there before it is recorded as filed; one that is exported is its caller's.
  const known = new Set([...needed, ...snapshots.map(fileOf)]);
  const isKnown = (name: string) =>
    known.has(name) ||
    branches.includes(/^copies\/(b\d+)-\d+\.db$/.exec(name)?.[1] ?? "") ||
    /^transfers\/export-[\w-]+\.db$/.test(name);
  const found = ["branches", "copies", "snapshots", "transfers"].flatMap((folder) =>
    readdirSync(join(directory, folder)).map((name) => `${folder}/${name}`),
  );
  return [
    ...needed.filter((name) => !existsSync(join(directory, name))).map((name) => `${name} is missing`),
    ...found.filter((name) => !isKnown(name.replace(/-(wal|shm)$/, ""))).map((name) => `${name} is nobody's`),
    ...["meta.db", ...found.filter((name) => name.endsWith(".db"))].flatMap((name) => damage(directory, name)),
  ];
}

function damage(directory: string, name: string): string[] {
  const db = new Database(join(directory, name), { readonly: true });
  try {
    const answer = db.prepare("PRAGMA integrity_check").pluck().all() as string[];
    return answer[0] === "ok" ? [] : answer.map((problem) => `${name}: ${problem}`);
  } finally {
    db.close();
  }
}
