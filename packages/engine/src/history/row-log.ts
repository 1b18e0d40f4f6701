import { imageName, logName } from "../capture/log.js";
import type { Connection, Statement } from "../file/connection.js";
import { keyedSource } from "../past/shadow-table.js";
import { RowReader } from "../rows/row-reader.js";
import type { Row } from "../rows/values.js";
import { storedColumns, type TableDef } from "../schema/model.js";
import { ExactStatement } from "../values/exact-statement.js";
import { MIN_INT64 } from "../values/int64.js";
import type { SqliteValue } from "../values/sqlite-value.js";
import { isKeyedByRowid } from "./row-key.js";
import type { TableLineage } from "./table-lineage.js";

/** The rowid of a row; null for the one row that a key of a WITHOUT ROWID table has. */
export type Slot = bigint | null;

/** Values by the place of their column in `RowLog.uids`. */
export type Image = readonly SqliteValue[];

export interface LogEntry {
  readonly scn: number;
  readonly slot: Slot;
  /** The row before the commit, or null. */
  readonly image: Image | null;
}

/**
 * Everything that a branch file knows about the rows that ever had a key: their images in the log, and the rows
 * themselves. Logs have no index by key, which every write would have to maintain, so each search reads the log from
 * end to end.
 */
export class RowLog {
  /** Columns that the table has ever had. */
  readonly uids: readonly string[];
  readonly slots: readonly Slot[];
  private readonly table: TableDef;
  private readonly rows: RowReader | null;
  private readonly marks: Statement;
  private readonly select: string;
  private readonly bound: Row;

  constructor(
    private readonly db: Connection,
    private readonly lineage: TableLineage,
    private readonly key: Row,
  ) {
    const { def, physical } = lineage.stored;
    this.table = def;
    this.uids = [...new Set(lineage.tables.flatMap((table) => storedColumns(table).map(({ uid }) => uid)))];
    const now = this.uids.map((uid) => storedColumns(def).find((column) => column.uid === uid)?.name ?? null);
    const source = { ...def, name: physical };
    this.rows = physical === "" ? null : new RowReader(db, keyedSource(source), source, now);
    this.marks = db
      .prepare("SELECT scn, mark FROM main._helios_marks WHERE uid = ? AND scn <= ? ORDER BY scn DESC LIMIT 1")
      .raw()
      .safeIntegers();
    this.slots = def.withoutRowid ? [null] : isKeyedByRowid(def) ? [key[0] as bigint] : this.findRowids();
    this.bound = def.withoutRowid ? key : [`[${this.slots.join()}]`];
    const where = def.withoutRowid
      ? key.map((_, i) => `k${i} = ? COLLATE ${def.collations[i]}`).join(" AND ")
      : "k IN (SELECT value FROM json_each(?))";
    const images = this.uids.map((uid) => `, ${this.logged(uid)}`).join("");
    const slot = def.withoutRowid ? "NULL" : "k";
    this.select = `SELECT scn, ${slot}, p${images} FROM main.${logName(def)} WHERE ${where}`;
  }

  /** The rows that existed after an SCN. */
  imagesAt(scn: number): Map<Slot, Image> {
    const found = new Map<Slot, Image | null>();
    for (const { slot, image } of this.read("scn > ? ORDER BY scn", scn)) {
      if (!found.has(slot)) found.set(slot, image);
      if (found.size === this.slots.length) break;
    }
    const images = new Map<Slot, Image>();
    for (const slot of this.slots) {
      if ((this.bornAt(slot) ?? 0) > scn) continue;
      const image = found.has(slot) ? found.get(slot) : this.current(slot);
      if (image) images.set(slot, image);
    }
    return images;
  }

  /** The versions that commits after `after` and up to `scn` found there, newest first. */
  entries(after: number, scn: number): Iterable<LogEntry> {
    return this.read("scn > ? AND scn <= ? ORDER BY scn DESC", after, scn);
  }

  /**
   * The SCN before which there was no row at a rowid: that of the first mark that reaches it, or Infinity if none does.
   * Null if only the log can tell. Marks never fall, so it is found by binary search.
   */
  bornAt(slot: Slot): number | null {
    if (slot === null) return null;
    let found = this.reaching(slot, this.lineage.until);
    if (found === null) return Number.POSITIVE_INFINITY;
    for (let below = 0; found - below > 1; ) {
      const middle: number = Math.floor((below + found) / 2);
      const earlier = this.reaching(slot, middle);
      if (earlier === null) below = middle;
      else found = earlier;
    }
    return found;
  }

  /** The SCN of the mark in force at an SCN, if that mark reaches a rowid. */
  private reaching(slot: bigint, scn: number): number | null {
    const found = this.marks.get(this.table.uid, scn) as [bigint, bigint | null] | undefined;
    return found && (found[1] ?? MIN_INT64) >= slot ? Number(found[0]) : null;
  }

  private current(slot: Slot): Image | undefined {
    const found = slot === null ? this.rows?.byKey(this.key) : this.rows?.byRowid(slot);
    return found?.row as Image | undefined;
  }

  /** Every rowid at which there ever was a row with the key: each such row is an image in the log, or exists now. */
  private findRowids(): bigint[] {
    const { db, key, lineage, table } = this;
    const columns = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!);
    const same = columns.map((column, i) => `${imageName(column)} = ? COLLATE ${table.collations[i]}`);
    const rowids = db
      .prepare(`SELECT DISTINCT k FROM main.${logName(table)} WHERE scn > ? AND p = 1 AND ${same.join(" AND ")}`)
      .pluck()
      .safeIntegers()
      .all(lineage.horizon, ...key) as bigint[];
    const now = this.rows?.byKey(key)?.rowid ?? null;
    return now === null ? rowids : [...new Set([...rowids, now])];
  }

  private *read(range: string, ...scns: number[]): Iterable<LogEntry> {
    const statement = new ExactStatement(this.db, `${this.select} AND ${range}`);
    const rows = statement.iterate(...this.bound, ...scns) as Iterable<[bigint, Slot, bigint, ...SqliteValue[]]>;
    for (const [scn, slot, present, ...image] of rows) {
      yield { scn: Number(scn), slot, image: present === 1n ? image : null };
    }
  }

  /** A column of the log as SQL. The column that is the rowid has no image, since the key has it. */
  private logged(uid: string): string {
    const { def, logged } = this.lineage.stored;
    const column = def.columns.find((each) => each.uid === uid);
    if (column && column.name === def.rowidColumn) return "k";
    return logged.includes(uid) ? `c${uid}` : "NULL";
  }
}
