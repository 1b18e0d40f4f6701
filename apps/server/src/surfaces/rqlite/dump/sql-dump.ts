import { type DatabasePort, NOW, type PointInTime, type QueryRequest, type Row } from "@heliosdb/port";
import { counterStatements, countsKeys } from "./key-counters.js";
import { quotedName, sqlLiteral, textLiteral } from "./literals.js";

/** A dump that has been begun: what can't be read at all has failed by then. */
export interface Dump {
  readonly scn: number;
  /** The parts of its text. To end early ends the query that is under way. */
  readonly parts: AsyncGenerator<string>;
}

/**
 * A branch as the SQL that makes it, in the order of rqlite: each table with its rows, then indexes, triggers and views.
 * All of it is read from one state, and only a part of it is ever in memory.
 * @param deadlineMs of each table; default: the port's
 */
export async function beginDump(
  database: DatabasePort,
  branch: string,
  at: PointInTime = NOW,
  deadlineMs?: number,
): Promise<Dump> {
  const { scn } = await database.resolve({ branch, at });
  const state = { branch, at: { kind: "scn", scn }, ...(deadlineMs !== undefined && { deadlineMs }) } as const;
  // Whoever may not send SQL is refused here, before anything has been sent.
  await database.query({ ...state, sql: "SELECT count(*) FROM sqlite_master" });
  const tables = await database.listTables(state);
  const columns = new Map(
    tables.map((table) => [table.name, table.columns.filter((each) => !each.generated).map(({ name }) => name)]),
  );
  return { scn, parts: parts(database, state, columns) };
}

type State = Pick<QueryRequest, "branch" | "at" | "deadlineMs">;

async function* parts(
  database: DatabasePort,
  state: State,
  columns: ReadonlyMap<string, readonly string[]>,
): AsyncGenerator<string> {
  yield "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n";
  const counting: string[] = [];
  const objects = "FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND type";
  for await (const [name, sql] of rowsOf(database, state, `SELECT name, sql ${objects} = 'table' ORDER BY name`)) {
    yield `${sql};\n`;
    if (countsKeys(String(sql))) counting.push(String(name));
    const names = columns.get(String(name)) ?? [];
    if (names.length > 0) yield* tableRows(database, state, String(name), names);
  }
  if (counting.length > 0) yield await counterStatements(database, { ...state, tables: counting });
  for await (const [sql] of rowsOf(database, state, `SELECT sql ${objects} IN ('index', 'trigger', 'view')`)) {
    yield `${sql};\n`;
  }
  yield "COMMIT;\n";
}

async function* tableRows(
  database: DatabasePort,
  state: State,
  table: string,
  columns: readonly string[],
): AsyncGenerator<string> {
  const select = `SELECT ${exactColumns(columns)} FROM ${quotedName(table)}`;
  const stream = await database.streamQuery({ ...state, sql: select });
  try {
    for (let rows = await stream.next(); rows !== null; rows = await stream.next()) {
      yield rows.map((row) => `INSERT INTO ${quotedName(table)} VALUES(${literalsOf(row)});\n`).join("");
    }
  } finally {
    stream.close();
  }
}

/** Expressions nest only so deep. */
const IN_A_ROW = 100;

/**
 * Texts as their bytes, since not all are valid UTF-8, and behind the columns a text with a 1 for each value that is one.
 */
function exactColumns(columns: readonly string[]): string {
  const names = columns.map(quotedName);
  const values = names.map((name) => `CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END`);
  const flags: string[] = [];
  for (let from = 0; from < names.length; from += IN_A_ROW) {
    const some = names.slice(from, from + IN_A_ROW).map((name) => `(typeof(${name}) = 'text')`);
    flags.push(`('' || ${some.join(" || ")})`);
  }
  return `${values.join(", ")}, ${flags.join(" || ")}`;
}

function literalsOf(row: Row): string {
  const isText = String(row.at(-1));
  const values = row.slice(0, -1);
  return values
    .map((value, i) => (isText[i] === "1" && value instanceof Uint8Array ? textLiteral(value) : sqlLiteral(value)))
    .join(",");
}

/** The schema may be larger than one result. */
async function* rowsOf(database: DatabasePort, state: State, sql: string): AsyncGenerator<Row> {
  const stream = await database.streamQuery({ ...state, sql });
  try {
    for (let rows = await stream.next(); rows !== null; rows = await stream.next()) yield* rows;
  } finally {
    stream.close();
  }
}
