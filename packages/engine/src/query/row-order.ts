import type { Value } from "@heliosdb/port";
import type { SchemaObject, TableDef } from "../schema/model.js";
import type { NamedTerm } from "../sql/filter.js";
import { indexColumns } from "../sql/index-columns.js";
import { ident, sameName } from "../sql/names.js";
import { bindExact, type ExactValue, placeholder } from "../values/exact-value.js";

/** One term of the order in which the rows of a page come. */
export interface OrderTerm {
  /** The column as SQL. */
  readonly column: string;
  readonly descending: boolean;
  readonly nullsLast: boolean;
  /** The term is part of the key that tells rows apart, in which there is no NULL. */
  readonly key: boolean;
}

/** A part of a condition, with what is bound in it. */
interface Condition {
  readonly sql: string;
  readonly params: readonly Value[];
}

/** Rows that follow a position, as a range that an index which has the order can be searched for. */
export interface Range extends Condition {
  /** The terms left to sort by: those before have one value in the range. */
  readonly order: readonly OrderTerm[];
}

/**
 * The order of a table's rows: the terms asked for, or else the primary key, and then the key that tells rows apart, so
 * that no two rows have one place. `key` is that key as SQL: the rowid, or the primary key of a table without one. What
 * stands between them follows an index that begins with the terms asked for: by it the rows can be read without sorting.
 * Names are as the table has them.
 */
export function rowOrder(
  table: TableDef,
  objects: readonly SchemaObject[],
  asked: readonly NamedTerm[],
  key: readonly string[],
): readonly OrderTerm[] {
  const named = asked.length > 0 ? asked : table.primaryKey.map((name) => ({ name, descending: false, nulls: null }));
  const terms: OrderTerm[] = [];
  const missing = new Set(key);
  const add = ({ name, descending, nulls }: NamedTerm) => {
    const column = ident(name);
    // A column that stands a second time changes nothing any more, and neither does what follows the whole key.
    if (missing.size === 0 || terms.some((term) => term.column === column)) return;
    const nullsLast = nulls === null ? descending : nulls === "LAST";
    terms.push({ column, descending, nullsLast, key: missing.delete(column) });
  };
  named.forEach(add);
  const index = missing.size === 0 ? null : indexOf(table, objects, named);
  index?.rest.forEach(add);
  const descending = index?.backwards ?? named[0]?.descending ?? false;
  for (const column of missing) terms.push({ column, descending, nullsLast: descending, key: true });
  return terms;
}

/** The shortest index that begins with some terms, read forwards or backwards, and what it has behind them. */
function indexOf(table: TableDef, objects: readonly SchemaObject[], terms: readonly NamedTerm[]) {
  const primary = table.primaryKey.map((name) => ({ name, descending: false }));
  const made = objects.flatMap(({ type, table: of, sql }) => {
    const columns = type === "index" && sameName(of, table.name) ? indexColumns(sql) : null;
    return columns === null ? [] : [columns];
  });
  let best: { readonly rest: readonly NamedTerm[]; readonly backwards: boolean } | null = null;
  for (const columns of [primary, ...made]) {
    const backwards = terms[0]?.descending !== columns[0]?.descending;
    const directed = columns.map(({ name, descending }) => ({
      name: table.columns.find((column) => sameName(column.name, name))?.name ?? name,
      descending: descending !== backwards,
      nulls: null,
    }));
    const begins = terms.every(
      (term, i) => directed[i]?.name === term.name && directed[i].descending === term.descending,
    );
    const rest = directed.slice(terms.length);
    if (terms.length > 0 && begins && (best === null || rest.length < best.rest.length)) best = { rest, backwards };
  }
  return best;
}

export function orderSql(terms: readonly OrderTerm[]): string {
  return terms
    .map(({ column, descending, nullsLast, key }) => {
      const nulls = key || nullsLast === descending ? "" : ` NULLS ${nullsLast ? "LAST" : "FIRST"}`;
      return `${column}${descending ? " DESC" : ""}${nulls}`;
    })
    .join(", ");
}

/**
 * The rows after a position, as ranges that follow each other: first those that differ from it in the last term alone,
 * at last those that differ in the first. One condition with OR would say the same, but SQLite searches an index for
 * its first term at best, and so reads again all rows that are equal to the position in it.
 */
export function rangesAfter(terms: readonly OrderTerm[], position: readonly ExactValue[]): readonly Range[] {
  return terms
    .flatMap((term, i) => {
      const equal = terms.slice(0, i).map(({ column }, j) => equals(column, position[j]!));
      return [...after(term, position[i]!)].reverse().map((beyond) => ({
        sql: [...equal, beyond].map(({ sql }) => sql).join(" AND "),
        params: [...equal, beyond].flatMap(({ params }) => params),
        order: terms.slice(beyond.constant ? i + 1 : i),
      }));
    })
    .reverse();
}

export function equals(column: string, value: ExactValue): Condition {
  if (value === null) return { sql: `${column} IS NULL`, params: [] };
  return { sql: `${column} = ${placeholder(value)}`, params: [bindExact(value)] };
}

/** The values after one in a term, in order. `constant`: a range in which the term has one value. */
function after(term: OrderTerm, value: ExactValue): readonly (Condition & { readonly constant?: boolean })[] {
  const { column, descending, nullsLast, key } = term;
  if (value === null) return nullsLast ? [] : [{ sql: `${column} IS NOT NULL`, params: [] }];
  const beyond = { sql: `${column} ${descending ? "<" : ">"} ${placeholder(value)}`, params: [bindExact(value)] };
  return nullsLast && !key ? [beyond, { sql: `${column} IS NULL`, params: [], constant: true }] : [beyond];
}
