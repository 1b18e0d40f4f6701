import { HeliosError } from "@heliosdb/port";
import { findTable, storedColumns, type TableDef } from "../schema/model.js";
import { parseTableText, printTable } from "../schema/table-text.js";
import { foldName, ident, sameName } from "../sql/names.js";
import type { ParsedStatement } from "../sql/statement.js";
import { isSymbol, isWord, nameOf, tokenize } from "../sql/tokenize.js";
import type { BranchFile } from "./branch-file.js";

/** `ALTER TABLE t ALTER COLUMN c TO definition`, which libSQL has and SQLite has not. */
interface ColumnChange {
  readonly table: string;
  readonly column: string;
  /** The whole new definition, name included. */
  readonly definition: string;
}

/** Null for any other statement, SET and DROP NOT NULL included. */
function columnChange({ type, tokens, sql }: ParsedStatement): ColumnChange | null {
  if (type !== "ALTER_TABLE") return null;
  const name = isSymbol(tokens[3], ".") ? 4 : 2;
  const column = name + (isWord(tokens[name + 2], "COLUMN") ? 3 : 2);
  const [table, of, to, first] = [tokens[name], tokens[column], tokens[column + 1], tokens[column + 2]];
  if (!isWord(tokens[name + 1], "ALTER") || !table || !of || !isWord(to, "TO") || !first) return null;
  return { table: nameOf(table), column: nameOf(of), definition: sql.slice(first.start) };
}

/**
 * The statements that give a column another definition: those of a table's rebuild, after which it is the same table with
 * the same rows. Null for a statement of another kind. Throws for what a rebuild can't do safely.
 */
export function rebuildFor(file: BranchFile, statement: ParsedStatement): readonly string[] | null {
  const change = columnChange(statement);
  if (!change) return null;
  const table = findTable(file.epoch, change.table);
  if (!table) throw new HeliosError("SQL_NAME_NOT_FOUND", `no such table: ${change.table}`);
  const text = parseTableText(table.sql);
  const at = text.columns.findIndex(({ name }) => sameName(name, change.column));
  const column = text.columns[at];
  if (!column) throw new HeliosError("SQL_NAME_NOT_FOUND", `no such column: "${change.column}"`);
  if (file.foreignKeys !== "off" && isReferenced(file, table)) {
    throw new HeliosError(
      "SQL_NOT_ALLOWED",
      `Other tables refer to '${table.name}', which has to be rebuilt. Send PRAGMA foreign_keys = OFF before the statement, in the same batch or before the transaction.`,
    );
  }
  const name = nameOf(tokenize(change.definition)[0]!);
  const columns = text.columns.map((each, i) => (i === at ? { name, text: change.definition } : each));
  const fresh = `${table.name}__rebuilt`;
  const kept = storedColumns(table).map((each) => each.name);
  const into = kept.map((each) => ident(sameName(each, change.column) ? name : each)).join(", ");
  const objects = file.epoch.objects.filter(({ type, table: of }) => type !== "view" && sameName(of, table.name));
  return [
    printTable(ident(fresh), { ...text, columns }),
    `INSERT INTO ${ident(fresh)} (${into}) SELECT ${kept.map(ident).join(", ")} FROM ${ident(table.name)}`,
    `DROP TABLE ${ident(table.name)}`,
    `ALTER TABLE ${ident(fresh)} RENAME TO ${ident(table.name)}`,
    ...objects.map(({ sql }) => sql),
  ];
}

function isReferenced({ db, epoch }: BranchFile, table: TableDef): boolean {
  const parents = db.prepare(`SELECT "table" FROM pragma_foreign_key_list(?, 'main')`).pluck();
  return epoch.tables.some(
    (other) =>
      other.uid !== table.uid &&
      (parents.all(other.name) as string[]).some((parent) => foldName(parent) === foldName(table.name)),
  );
}
