import type { DatabaseHostPort, DatabasePort, Row } from "@heliosdb/port";

/** What a case gets: a host, and an empty database of its own. */
export interface Subject {
  readonly host: DatabaseHostPort;
  readonly db: DatabasePort;
  /** The internal id of `db`. */
  readonly id: string;
  /** Another empty database of the same host, by any id that no other case uses. */
  other(): { readonly db: DatabasePort; readonly id: string };
}

/** One thing that an implementation of the port owes. It throws where that isn't so. */
export interface Case {
  readonly title: string;
  run(subject: Subject): Promise<void>;
}

/** Cases about one part of the port, each with that part's name before its title. */
export function cases(part: string, all: { readonly [title: string]: Case["run"] }): readonly Case[] {
  return Object.entries(all).map(([title, run]) => ({ title: `${part}: ${title}`, run }));
}

export const AUTHOR = "ann";

/** One commit of statements, without parameters. */
export function commit(db: DatabasePort, branch: string, ...statements: readonly string[]) {
  return db.execute({ branch, author: AUTHOR, statements: statements.map((sql) => ({ sql })) });
}

export async function rows(db: DatabasePort, branch: string, sql: string, scn?: number): Promise<readonly Row[]> {
  const at = scn === undefined ? undefined : ({ kind: "scn", scn } as const);
  return (await db.query({ branch, sql, at })).rows;
}
