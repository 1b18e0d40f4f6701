import type { Weighed, WeighRequest } from "../api/api.js";
import { type Connection, fileSize, one, prepared } from "../file/connection.js";
import { hideOwn } from "../schema/hide-own.js";
import { ident } from "../sql/names.js";
import type { ParsedStatement } from "../sql/statement.js";
import { LONGEST_ROW } from "../values/longest-row.js";
import type { Bound } from "../values/parameters.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";
import { type Instruction, isShortProgram, rootsOf } from "./short-program.js";

/** A longer SQL text is not weighed. */
const LONGEST_SHORT_SQL = 4096;
/** Of larger files nothing is weighed: it reads whole tables. */
const LARGEST_FILE = 512 * 1024 * 1024;
const MOST_COLUMNS = 100;

export function schemaVersion(db: Connection): number {
  return one<number>(db, "PRAGMA main.schema_version")!;
}

/** Whether a query of a state that is not past is short: by its program, and by the rows of the tables that it reads. */
export function weigh(view: PointInTimeView, parsed: ParsedStatement, known: WeighRequest["known"]): Weighed {
  const { file, db } = view;
  const began = performance.now();
  const schema = schemaVersion(db);
  const names = tablesOf(view, parsed);
  const isKnown = (table: string) => known?.file === file && known.schema === schema && known.tables.includes(table);
  const isShort = names?.every((table) => isKnown(table) || hasShortRows(db, table)) ?? false;
  return { file, schema, isShort, tables: isShort ? names! : [], tookMs: performance.now() - began };
}

/** The tables of a query whose program is short; null for others. */
function tablesOf(view: PointInTimeView, parsed: ParsedStatement): readonly string[] | null {
  if (view.past !== null || parsed.type !== "SELECT" || parsed.explains !== null) return null;
  if (parsed.sql.length > LONGEST_SHORT_SQL || fileSize(view.db) > LARGEST_FILE) return null;
  const { sql } = hideOwn(parsed, view.epoch);
  let program: Instruction[];
  try {
    program = view.db.prepare(`EXPLAIN ${sql}`).all(nothing(parsed)) as Instruction[];
  } catch {
    // Whoever runs it is told what is wrong with it.
    return null;
  }
  if (!isShortProgram(program)) return null;
  const named = prepared(view.db, "SELECT tbl_name FROM main.sqlite_schema WHERE rootpage = ?", "value");
  const names = rootsOf(program).map((root) => named.get(root) as string | undefined);
  return names.includes(undefined) ? null : [...new Set(names as string[])];
}

/** NULL for each parameter: the program is the same for all values. */
function nothing({ parameters }: ParsedStatement): Bound {
  if (parameters.every(({ text }) => text === "?")) return parameters.map(() => null);
  return Object.fromEntries(parameters.map(({ text }) => [text.slice(1), null]));
}

function hasShortRows(db: Connection, table: string): boolean {
  const query = "SELECT name, hidden FROM pragma_table_xinfo(?, 'main')";
  const columns = prepared(db, query).all(table) as { name: string; hidden: number }[];
  // A generated column may be long where none that is stored is.
  if (columns.length > MOST_COLUMNS || columns.some(({ hidden }) => hidden !== 0)) return false;
  const bytes = columns.map(({ name }) => `coalesce(octet_length(${ident(name)}), 0)`).join(" + ");
  const longest = `SELECT 1 FROM main.${ident(table)} WHERE ${bytes} > ${LONGEST_ROW} LIMIT 1`;
  return db.prepare(longest).get() === undefined;
}
