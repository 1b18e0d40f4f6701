import type {
  Capabilities,
  DatabaseHostPort,
  DatabasePort,
  ExecuteResult,
  MergeRequest,
  MergeResult,
  Row,
} from "@heliosdb/port";

/** A case's resources: a host, and an empty database. */
export interface Subject {
  readonly host: DatabaseHostPort;
  readonly db: DatabasePort;
  /** The internal id of `db`. */
  readonly id: string;
  /** Another empty database of the same host, with an id that no other case uses. */
  other(): { readonly db: DatabasePort; readonly id: string };
}

/** A capability that a host has or not. */
export type Feature = { [N in keyof Capabilities]: Capabilities[N] extends boolean ? N : never }[keyof Capabilities];

/** One promise of the port. It throws if an implementation breaks it. */
export interface Case {
  readonly title: string;
  /** Only owed by a host that has this capability. */
  readonly needs?: Feature;
  run(subject: Subject): Promise<void>;
}

/** Cases about one part of the port, whose name precedes their titles. */
export function cases(part: string, all: { readonly [title: string]: Case["run"] }, needs?: Feature): readonly Case[] {
  return Object.entries(all).map(([title, run]) => ({ title: `${part}: ${title}`, run, ...(needs && { needs }) }));
}

export const AUTHOR = "ann";

/** One commit of statements, without parameters. */
export function commit(db: DatabasePort, branch: string, ...statements: readonly string[]): Promise<ExecuteResult> {
  return db.execute({ branch, author: AUTHOR, statements: statements.map((sql) => ({ sql })) });
}

/** Makes the table `t` on main, with the rows (1, 'a') and (2, 'b'). */
export function filled(db: DatabasePort): Promise<ExecuteResult> {
  return commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
}

export function at(scn: number) {
  return { kind: "scn", scn } as const;
}

export async function rows(db: DatabasePort, branch: string, sql: string, scn?: number): Promise<readonly Row[]> {
  return (await db.query({ branch, sql, ...(scn !== undefined && { at: at(scn) }) })).rows;
}

/** The column `v` of the table `t`, in the order of its keys. */
export async function values(db: DatabasePort, branch: string, scn?: number): Promise<unknown[]> {
  return (await rows(db, branch, "SELECT v FROM t ORDER BY id", scn)).flat();
}

/** The SCN of a branch's head. */
export async function head(db: DatabasePort, branch = "main"): Promise<number> {
  return (await db.getBranch({ branch })).headScn;
}

export function merge(
  db: DatabasePort,
  source: string,
  target: string,
  more: Partial<MergeRequest> = {},
): Promise<MergeResult> {
  return db.merge({ source, target, strategy: "auto", author: AUTHOR, ...more });
}

/** Runs for a minute or so, unless it is stopped. */
export const ENDLESS =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1e9) SELECT count(*) FROM c";

/** Takes about a second: longer than the deadlines that are tried on it, and shorter than a host's own. */
export const SLOW = ENDLESS.replace("1e9", "1e7");

/** Rows 1 to `count`, one integer each. */
export function numbers(count: number): string {
  return `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${count}) SELECT x FROM c`;
}

/** Waits for a condition, as long as a host may take to do something in its own time. */
export async function until(holds: () => Promise<boolean>, mostTries = 400): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("It has not become so");
}
