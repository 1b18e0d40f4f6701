import { HeliosError } from "@heliosdb/port";
import type { TestDatabase } from "../support/test-database.js";

/** What every branch read at now and at each of its commits: rows as text by "branch@scn table". */
export type Photograph = ReadonlyMap<string, string>;

/** Where retention has removed the history of a state, or the branch is deleted. */
export const EXPIRED = "expired";
const GONE: readonly string[] = ["POINT_EXPIRED", "BRANCH_NOT_FOUND"];

/** Every state that can be named now. */
export function photograph(db: TestDatabase): Photograph {
  const states = db.read({ op: "listBranches", request: {} }).flatMap(({ id }) => {
    const { entries } = db.read({ op: "history", request: { branch: id, limit: 1000 } });
    return [...entries.map(({ scn }) => `${id}@${scn}`), `${id}@now`];
  });
  return again(db, states);
}

/** The same states as they read at another time. */
export function again(db: TestDatabase, states: Iterable<string>): Photograph {
  return new Map([...states].map((name) => [name, look(db, name)]));
}

function look(db: TestDatabase, name: string): string {
  const [branch, scn] = name.split("@") as [string, string];
  const at = scn === "now" ? undefined : ({ kind: "scn", scn: Number(scn) } as const);
  try {
    const tables = db.read({ op: "listTables", request: { branch, at } });
    const rows = tables.map(({ name }) => [
      name,
      db
        .rows(branch, `SELECT * FROM "${name}"`, at)
        .map((row) => JSON.stringify(row))
        .sort(),
    ]);
    return JSON.stringify(rows);
  } catch (error) {
    if (error instanceof HeliosError && GONE.includes(error.code)) return EXPIRED;
    throw error;
  }
}
