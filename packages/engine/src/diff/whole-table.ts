import type { RowDifference, TableChange } from "@heliosdb/port";
import { columnNames, keyOf, keyValues } from "../rows/row-object.js";
import { decodeValues, encodeValues } from "../rows/values.js";
import type { TableDef } from "../schema/model.js";
import { rowCount } from "../schema/statistics.js";
import { ident } from "../sql/names.js";
import { ExactStatement } from "../values/exact-statement.js";
import type { SqliteValue } from "../values/sqlite-value.js";
import { loneRow } from "./changed-table.js";
import { invalidCursor, type Position } from "./cursor.js";
import type { DiffPart, PartPage } from "./part.js";
import type { SideRows } from "./side-rows.js";

/**
 * A table that only one side has: all its rows differ, and they are not kept in memory. A position is the place of the
 * last row in the reading order.
 */
export class WholeTable implements DiffPart {
  constructor(
    readonly id: string,
    private readonly side: "from" | "to",
    private readonly rows: SideRows,
  ) {}

  get tables(): readonly TableDef[] {
    return [this.rows.table];
  }

  get counts(): TableChange {
    const { state, table } = this.rows;
    const rows = rowCount(state.db, table.uid, state.commit.scn);
    const [inserted, deleted] = this.side === "to" ? [rows, 0] : [0, rows];
    return { table: table.name, inserted, updated: 0, deleted };
  }

  page(after: Position | null, limit: number): PartPage {
    const { source, state, table } = this.rows;
    const order = this.order();
    const { where, bound } = after === null ? { where: "true", bound: [] } : behind(order, this.place(after, order));
    const columns = columnNames(table).map(ident);
    const statement = new ExactStatement(
      state.db,
      `SELECT ${[...order.map(({ name }) => name), ...columns].join(", ")} FROM ${source}
       WHERE ${where} ORDER BY ${order.map(({ name, collate }) => name + collate).join(", ")} LIMIT ?`,
    );
    const rows: RowDifference[] = [];
    let last: SqliteValue[] | null = null;
    for (const values of statement.iterate(...bound, limit + 1)) {
      if (rows.length === limit) return { rows, next: encodeValues(last!) };
      last = values.slice(0, order.length);
      rows.push(this.row(values.slice(order.length)));
    }
    return { rows, next: null };
  }

  private row(values: SqliteValue[]): RowDifference {
    const { table } = this.rows;
    const key = keyOf(table, values);
    const hasKey = key.every((value) => value !== null);
    return loneRow(table, this.side, values, hasKey ? keyValues(table, key) : []);
  }

  /** The declared key, then the rowid, which distinguishes rows that have no key or NULL in it. */
  private order(): Term[] {
    const { table } = this.rows;
    const rowid = { name: "_helios_k", collate: "" };
    if (table.rowidColumn !== null) return [rowid];
    const key = table.primaryKey.map((name, i) => ({ name: ident(name), collate: ` COLLATE ${table.collations[i]}` }));
    return table.withoutRowid ? key : [...key, rowid];
  }

  private place(after: Position, order: readonly Term[]): SqliteValue[] {
    try {
      const values = decodeValues(String(after));
      if (values.length === order.length) return values;
    } catch {
      // Not a valid position: the error is thrown below.
    }
    throw invalidCursor();
  }
}

interface Term {
  readonly name: string;
  readonly collate: string;
}

/** The condition for rows after a place. NULL comes first and equals NULL here, unlike in SQL. */
function behind(order: readonly Term[], place: readonly SqliteValue[]): { where: string; bound: SqliteValue[] } {
  const bound: SqliteValue[] = [];
  const compare = (at: number, operator: ">" | "=" | ">=") => {
    const { name, collate } = order[at]!;
    if (place[at] === null)
      return operator === ">" ? `${name} IS NOT NULL` : operator === "=" ? `${name} IS NULL` : "true";
    bound.push(place[at]!);
    return `${name} ${operator} ?${collate}`;
  };
  // The first condition follows from the others; SQLite uses it to start at the right place.
  const start = compare(0, ">=");
  const ways = order.map((_, last) => {
    const equal = order.slice(0, last).map((_, at) => compare(at, "="));
    return `(${[...equal, compare(last, ">")].join(" AND ")})`;
  });
  return { where: `${start} AND (${ways.join(" OR ")})`, bound };
}
