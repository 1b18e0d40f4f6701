import { markAt } from "../capture/high-water-mark.js";
import { logName } from "../capture/log.js";
import { prepared } from "../file/connection.js";
import { keyedSource } from "../past/shadow-table.js";
import { findCandidates } from "../rows/candidates.js";
import { columnNames, keyOf } from "../rows/row-object.js";
import { type FoundRow, RowReader } from "../rows/row-reader.js";
import type { Row } from "../rows/values.js";
import type { TableDef } from "../schema/model.js";
import { ident } from "../sql/names.js";
import { ExactStatement } from "../values/exact-statement.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";

/** Rows of one side that a diff caches: about a page. */
const KEPT = 1000;

/** The rows of one table in one state, in its stored columns. */
export class SideRows {
  readonly reader: RowReader;
  readonly source: string;
  private readonly seen = new Map<Row, Row | undefined>();

  constructor(
    readonly state: PointInTimeView,
    readonly table: TableDef,
  ) {
    this.source = state.past ? state.past.keyed(table) : keyedSource(table);
    this.reader = new RowReader(state.db, this.source, table, columnNames(table));
  }

  /** The row with a key. The first ones are cached: rows that were just compared are shown next, by the same key. */
  row(key: Row): Row | undefined {
    if (this.seen.has(key)) return this.seen.get(key);
    const row = this.reader.byKey(key)?.row;
    if (this.seen.size < KEPT) this.seen.set(key, row);
    return row;
  }

  /** Whether the table was written after an SCN. */
  isTouched(since: number): boolean {
    const { db, commit } = this.state;
    const log = prepared(db, `SELECT 1 FROM main.${logName(this.table)} WHERE scn > ? AND scn <= ? LIMIT 1`);
    const marks = prepared(db, "SELECT 1 FROM main._helios_marks WHERE uid = ? AND scn > ? AND scn <= ? LIMIT 1");
    return log.get(since, commit.scn) !== undefined || marks.get(this.table.uid, since, commit.scn) !== undefined;
  }

  /** Keys that may have changed after an SCN, by identity; `keyless` if rows without a key may have changed. */
  changedKeys(since: number): { readonly keys: ReadonlyMap<unknown, Row>; readonly keyless: boolean } {
    const { db, commit } = this.state;
    if (this.table.rowidColumn !== null) {
      return { keys: new Map(this.changedRowids(since).map((rowid) => [rowid, [rowid]])), keyless: false };
    }
    const { keyed, keyless } = findCandidates(db, this.table, this.reader, since, commit.scn);
    return { keys: new Map([...keyed].map(([identity, { key }]) => [identity, key])), keyless };
  }

  /** Rowids at which a row may have changed after an SCN. */
  changedRowids(since: number): bigint[] {
    const { db, commit } = this.state;
    const logged = db
      .prepare(`SELECT DISTINCT k FROM main.${logName(this.table)} WHERE scn > ? AND scn <= ?`)
      .pluck()
      .safeIntegers()
      .all(since, commit.scn) as bigint[];
    const above = [...this.reader.above(markAt(db, this.table, since))].map(({ rowid }) => rowid!);
    return [...logged, ...above];
  }

  /** All rows that have a key, in its order. */
  *inKeyOrder(): Iterable<{ readonly key: Row; readonly row: Row }> {
    const { table } = this;
    const byRowid = table.rowidColumn !== null;
    const order = byRowid
      ? "_helios_k"
      : table.primaryKey.map((name, i) => `${ident(name)} COLLATE ${table.collations[i]}`).join(", ");
    const complete = byRowid ? "true" : table.primaryKey.map((name) => `${ident(name)} IS NOT NULL`).join(" AND ");
    const rows = new ExactStatement(
      this.state.db,
      `SELECT ${columnNames(table).map(ident).join(", ")} FROM ${this.source} WHERE ${complete} ORDER BY ${order}`,
    );
    for (const row of rows.iterate()) yield { key: keyOf(table, row), row };
  }

  /** Whether a row can't be identified by a key: the table declares none, or the row has NULL in it. */
  isKeyless({ row }: FoundRow): boolean {
    const { table } = this;
    if (table.withoutRowid || table.rowidColumn !== null) return false;
    return table.primaryKey.length === 0 || keyOf(table, row).some((value) => value === null);
  }
}
