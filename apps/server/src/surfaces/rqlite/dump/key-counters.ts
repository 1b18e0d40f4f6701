import { type DatabasePort, type ListTables, type StatementText, splitStatements } from "@heliosdb/port";
import { type Token, tokensOf } from "../../../sql/tokens.js";
import { quotedName, sqlLiteral } from "./literals.js";

const LARGEST = 2n ** 63n - 1n;

/** Whether a table counts its keys, and never gives one out again. */
export function countsKeys(sql: string): boolean {
  return [...tokensOf(sql)].some(({ kind, value }) => kind === "word" && value === "AUTOINCREMENT");
}

/** The statements that set the counters of these tables in SQLite. */
export async function counterStatements(database: DatabasePort, request: ListTables): Promise<string> {
  const tables = await database.listTables({ ...request, details: true, nextKeys: true });
  const counters = tables.flatMap(({ name, details }) => {
    const next = details?.keyColumn?.next;
    // A table without a counter has never had a row.
    if (next === undefined || next === 1n) return [];
    const last = next === null ? LARGEST : next - 1n;
    return [`INSERT INTO "sqlite_sequence" VALUES(${sqlLiteral(name)},${last});\n`];
  });
  return `DELETE FROM "sqlite_sequence";\n${counters.join("")}`;
}

/**
 * What does here what such a statement of a script does in SQLite; null for any other. Nobody writes SQLite's own tables
 * here, but a row that comes and goes leaves its key counted. If one of the table's rules refuses the row, SQLite has
 * counted its key nevertheless.
 */
export function raisedCounter({ sql }: Pick<StatementText, "sql">): readonly StatementText[] | null {
  const [insert, into, table, values, open, name, ...rest] = tokensOf(sql);
  const isForm = isWord(insert, "INSERT") && isWord(into, "INTO") && isWord(values, "VALUES") && open?.text === "(";
  if (!isForm || table?.text.toLowerCase() !== "sqlite_sequence" || !isText(name)) return null;
  const key = /^,(\d{1,19})\)$/.exec(rest.map(({ text }) => text).join(""))?.[1];
  if (key === undefined) return null;
  const of = quotedName(name.text);
  return splitStatements(
    `INSERT OR IGNORE INTO ${of} (_rowid_) SELECT ${key} WHERE NOT EXISTS (SELECT 1 FROM ${of} WHERE _rowid_ >= ${key});
     DELETE FROM ${of} WHERE _rowid_ = ${key} AND changes() = 1`,
  );
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.value === word;
}

function isText(token: Token | undefined): token is Token {
  return token?.kind === "string" || token?.kind === "name";
}
