import type { ColumnDefault, ForeignKey, TableDetails, UniqueKey } from "@heliosdb/port";
import { markAt } from "../capture/high-water-mark.js";
import { prepared } from "../file/connection.js";
import { defaultValue } from "../rows/column-default.js";
import { type ColumnDef, type Epoch, findTable, type TableDef } from "../schema/model.js";
import { sequenceOf } from "../schema/sequence.js";
import { tableConstraints } from "../schema/table-constraints.js";
import { indexColumns } from "../sql/index-columns.js";
import { ident, sameName } from "../sql/names.js";
import { isName, isSymbol, isWord, tokenize } from "../sql/tokenize.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";

const LARGEST = 9_223_372_036_854_775_807n;

/** Tables of an epoch stay the same objects while it is in force, and working out a default takes a database. */
const known = new WeakMap<ColumnDef, ColumnDefault>();

/** The definition of a table of a state, beside its columns. */
export function tableDetails(view: PointInTimeView, table: TableDef, nextKeys: boolean): TableDetails {
  const { foreignKeys, uniqueKeys, choices } = tableConstraints(table.sql);
  return {
    foreignKeys: foreignKeys.map((key): ForeignKey => ({ ...key, references: referenced(view.epoch, key) })),
    uniqueKeys: [...uniqueKeys, ...uniqueIndexes(view.epoch, table)],
    defaults: table.columns.flatMap((column) => (column.defaultSql === null ? [] : [columnDefault(column)])),
    choices,
    keyColumn:
      table.rowidColumn === null
        ? null
        : {
            column: table.rowidColumn,
            ...(nextKeys && { next: nextKey(view, table) }),
          },
  };
}

function referenced(epoch: Epoch, { table, references }: ForeignKey): readonly string[] {
  return references.length > 0 ? references : (findTable(epoch, table)?.primaryKey ?? []);
}

function uniqueIndexes({ objects }: Epoch, table: TableDef): UniqueKey[] {
  return objects.flatMap(({ type, name, table: of, sql }) => {
    if (type !== "index" || !sameName(of, table.name) || !isWord(tokenize(sql)[1], "UNIQUE")) return [];
    const columns = indexColumns(sql);
    return columns === null ? [] : [{ name, columns: columns.map((column) => column.name) }];
  });
}

function columnDefault(column: ColumnDef): ColumnDefault {
  let found = known.get(column);
  if (!found) {
    const text = column.defaultSql!;
    const value = callsFunction(text) ? undefined : defaultValue(text, column.declaredType);
    found = { column: column.name, text, ...(value !== undefined && { value }) };
    known.set(column, found);
  }
  return found;
}

/** Without a call, no value is larger than the text that it comes from. */
function callsFunction(text: string): boolean {
  const tokens = tokenize(text);
  return tokens.some((token, i) => isName(token) && isSymbol(tokens[i + 1], "("));
}

/** The key that SQLite gives the next row; where the state is past, the one that it would have given then. */
function nextKey({ db, commit, past }: PointInTimeView, table: TableDef): bigint | null {
  const column = ident(table.rowidColumn!);
  const highest = prepared(db, `SELECT max(${column}) FROM ${ident(table.name)}`, "exact").get() as bigint | null;
  const counted = table.autoincrement ? (past ? markAt(db, table, commit.scn) : sequenceOf(db, table)) : null;
  const last = highest === null || (counted !== null && counted > highest) ? (counted ?? 0n) : highest;
  return last === LARGEST ? null : last + 1n;
}
