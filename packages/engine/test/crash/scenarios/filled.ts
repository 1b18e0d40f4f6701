import type { TestDatabase } from "../../support/test-database.js";

export const DAY = 86_400_000;
export const scn = (n: number) => ({ kind: "scn", scn: n }) as const;

/** main with two tables and a past, and `dev`, which forks from its head. Gives SCNs: of the first rows and of the fork. */
export function fill(db: TestDatabase): { first: number; fork: number } {
  const first = db.execute(
    "main",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v UNIQUE)",
    "CREATE TABLE u (name TEXT PRIMARY KEY, v) WITHOUT ROWID",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO t SELECT i, 'v' || i FROM n",
    "INSERT INTO u SELECT 'u' || id, id FROM t",
  ).scn;
  db.execute("main", "UPDATE t SET v = v || '!' WHERE id % 3 = 0", "DELETE FROM u WHERE v % 5 = 0");
  const fork = db.execute("main", "INSERT INTO t VALUES (1000, 'last')").scn;
  db.branch("dev");
  return { first, fork };
}

/** One number or text of a branch. */
export function value(db: TestDatabase, branch: string, sql: string): unknown {
  return db.rows(branch, sql)[0]![0];
}

/** Commits that the history of a branch lists of a kind. */
export function commits(db: TestDatabase, branch: string, kind: "write" | "merge" | "restore"): number {
  return db.read({ op: "history", request: { branch, kinds: [kind], limit: 1000 } }).entries.length;
}

export function branchNames(db: TestDatabase): string[] {
  return db.reader
    .read({ op: "listBranches", request: {} })
    .map(({ name }) => name)
    .sort();
}

/** Fails where something is half done. */
export function allOrNothing(done: readonly boolean[]): "wholly" | "not at all" {
  if (done.every((each) => each)) return "wholly";
  if (done.every((each) => !each)) return "not at all";
  throw new Error(`half done: ${JSON.stringify(done)}`);
}
