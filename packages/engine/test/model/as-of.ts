import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HeliosError, type Value } from "@heliosdb/port";
import Database from "better-sqlite3";
import { exactSql, readable, sqlName } from "../support/exact.js";
import { memoryFolder } from "../support/memory-folder.js";
import type { TestDatabase } from "../support/test-database.js";
import { type Query, textOf } from "./as-of-query.js";
import type { Contents } from "./reference.js";

/** A state that a query names, and the plain SQLite file that it was. */
export interface Copy {
  readonly at: number;
  readonly image: Buffer;
  /** The same point in time in other notations: a time as text, and a snapshot where there is one. */
  readonly time: string;
  readonly snapshot: string | null;
}

/** A query with AS OF gives what the same query gives over copies made of the states that it names. */
export function checkAsOf(
  database: TestDatabase,
  branch: string,
  head: Buffer,
  copies: readonly Copy[],
  queries: readonly Query[],
): void {
  overCopies(head, copies, (db) => {
    for (const query of queries) {
      const { sql, params } = withPoints(query, copies);
      const plain = textOf(query, ({ table, at, qualified }) => {
        const schema = at === null ? (qualified ? "main." : "") : `at_${at}.`;
        return `${schema}${sqlName(table)}`;
      });
      const wanted = answer(() => db.prepare(plain).raw(true).all() as unknown[][]);
      const found = answer(() => database.query(branch, sql, undefined, params, 100_000).rows);
      if (found !== wanted)
        throw new Error(readable(`${sql} ${params.map(String).join()}\ngives\n${found}\nand should give\n${wanted}`));
    }
  });
}

const PLACEHOLDERS = [() => "?", (i: number) => `$${i + 1}`, (i: number) => `:p${i}`];

/** The query as the engine reads it, with points in time in all notations, some of them bound. */
function withPoints(query: Query, copies: readonly Copy[]): { sql: string; params: Value[] } {
  const params: Value[] = [];
  const style = PLACEHOLDERS[query.length % PLACEHOLDERS.length]!;
  const bind = (value: Value) => style(params.push(value) - 1);
  const sql = textOf(query, ({ table, at, qualified, how }) => {
    const name = `${qualified ? "main." : ""}${sqlName(table)}`;
    const copy = copies.find((each) => each.at === at);
    if (!copy) return name;
    const { time, snapshot } = copy;
    if (snapshot !== null && how < 4) {
      return `${name} AS OF SNAPSHOT ${how % 2 === 0 ? bind(snapshot) : `'${snapshot}'`}`;
    }
    if (how < 7)
      return `${name} AS OF ${how === 6 ? "SYSTEM TIME" : "TIMESTAMP"} ${how === 5 ? bind(time) : `'${time}'`}`;
    return `${name} AS OF SCN ${how % 2 === 0 ? bind(BigInt(at!)) : at}`;
  });
  return { sql, params };
}

/** One query over many points in time, of which there are copies, gives the rows of their states. */
export function checkManyPoints(
  database: TestDatabase,
  branch: string,
  table: string,
  points: readonly { readonly at: number; readonly contents: Contents }[],
): void {
  for (const { at } of points) {
    const place = database.place(branch, { kind: "scn", scn: at });
    database.makeCopy(place.file, place.at);
  }
  const sql = points
    .map(
      ({ at, contents }, i) =>
        `SELECT ${i}, ${contents.columns.map(exactSql).join(", ")} FROM ${sqlName(table)} AS OF SCN ${at}`,
    )
    .join(" UNION ALL ");
  const wanted = points.flatMap(({ contents }, i) =>
    contents.rows.map((row) => JSON.stringify([i, ...(JSON.parse(row) as unknown[])])),
  );
  const found = database.query(branch, sql, undefined, [], 100_000).rows.map((row) => JSON.stringify(row));
  if (found.sort().join("\n") !== wanted.sort().join("\n")) {
    throw new Error(readable(`${sql}\ngives\n${found.join("\n")}\nand should give\n${wanted.join("\n")}`));
  }
}

/** Calls `use` with the head as main and each copy beside it. */
function overCopies(head: Buffer, copies: readonly Copy[], use: (db: Database.Database) => void): void {
  const folder = memoryFolder("helios-copies-");
  const db = new Database(head);
  try {
    for (const { at, image } of copies) {
      const path = join(folder, `${at}.db`);
      writeFileSync(path, image);
      nameOwnTables(path);
      db.prepare(`ATTACH ? AS at_${at}`).run(path);
    }
    use(db);
  } finally {
    db.close();
    rmSync(folder, { recursive: true });
  }
}

/** SQLite attaches no file whose views name main: they name what stands beside them without it. */
function nameOwnTables(path: string): void {
  const db = new Database(path);
  db.unsafeMode(true);
  db.pragma("writable_schema = ON");
  db.prepare("UPDATE sqlite_schema SET sql = replace(sql, 'main.', '') WHERE type = 'view'").run();
  db.close();
}

function answer(read: () => readonly (readonly unknown[])[]): string {
  try {
    return read()
      .map((row) => JSON.stringify(row))
      .sort()
      .join("\n");
  } catch (error) {
    if (error instanceof HeliosError) {
      if (error.code === "POINT_EXPIRED") throw error;
      return "an error";
    }
    if (error instanceof Database.SqliteError) return "an error";
    throw error;
  }
}
