import type { BatchStatement, Row, Value } from "@heliosdb/client";
import { quotedName } from "../../../util/sql-names.js";
import { rowKey } from "../keys/row-key.js";
import type { MovedRow, Staged } from "./staged.js";

/** The statements that make the staged changes: deletes first, so that a new row can take a deleted one's unique values. */
export function statementsOf(table: string, keys: readonly string[], staged: Staged): readonly BatchStatement[] {
  const name = quotedName(table);
  return [
    ...[...staged.deletes.values()].map((row) => {
      const { text, params } = whereKey(row, keys, 1);
      return { sql: `DELETE FROM ${name} WHERE ${text}`, params };
    }),
    ...[...staged.edits.values()].map(({ row, values }) => {
      const changed = Object.entries(values);
      const sets = changed.map(([column], at) => `${quotedName(column)} = $${at + 1}`).join(", ");
      const { text, params } = whereKey(row, keys, changed.length + 1);
      return {
        sql: `UPDATE ${name} SET ${sets} WHERE ${text}`,
        params: [...changed.map(([, value]) => value), ...params],
      };
    }),
    ...staged.inserts.map(({ values }) => {
      const given = Object.entries(values);
      if (given.length === 0) return { sql: `INSERT INTO ${name} DEFAULT VALUES` };
      const columns = given.map(([column]) => quotedName(column)).join(", ");
      const places = given.map((_, at) => `$${at + 1}`).join(", ");
      return { sql: `INSERT INTO ${name} (${columns}) VALUES (${places})`, params: given.map(([, value]) => value) };
    }),
  ];
}

/** The rows that the changes are about, as they were read. */
export function touchedRows({ edits, deletes }: Staged): readonly Row[] {
  return [...[...edits.values()].map(({ row }) => row), ...deletes.values()];
}

/** Reads one row again by its key. */
export function readAgain(table: string, keys: readonly string[], row: Row): { sql: string; params: readonly Value[] } {
  const { text, params } = whereKey(row, keys, 1);
  return { sql: `SELECT * FROM ${quotedName(table)} WHERE ${text}`, params };
}

/** The rows that are no longer as they were when they were read, by their keys. */
export function movedRows(
  before: readonly Row[],
  after: ReadonlyMap<string, Row | undefined>,
  keys: readonly string[],
): readonly MovedRow[] {
  return before.flatMap((row) => {
    const now = after.get(rowKey(row, keys));
    const isSame = now !== undefined && Object.keys(row).every((column) => Object.is(row[column], now[column]));
    return isSame ? [] : [{ before: row, after: now }];
  });
}

function whereKey(row: Row, keys: readonly string[], first: number): { text: string; params: readonly Value[] } {
  const text = keys.map((column, at) => `${quotedName(column)} IS $${first + at}`).join(" AND ");
  return { text, params: keys.map((column) => row[column] ?? null) };
}
