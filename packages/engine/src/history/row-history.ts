import type { Connection } from "../file/connection.js";
import { ColumnPairs } from "../rows/column-pairs.js";
import { keyOf } from "../rows/row-object.js";
import { keyIdentity, type Row } from "../rows/values.js";
import { storedColumns, type TableDef } from "../schema/model.js";
import { isKeyedByRowid } from "./row-key.js";
import { type Image, RowLog, type Slot } from "./row-log.js";
import type { TableLineage } from "./table-lineage.js";

/** A row in the stored columns that the table had then. */
export interface StoredRow {
  readonly table: TableDef;
  readonly row: Row;
}

/** A commit that changed the row under a key. */
export interface Transition {
  readonly scn: number;
  readonly before: StoredRow | null;
  readonly after: StoredRow | null;
}

/**
 * Goes back through the versions under one key. For each rowid, the log has what each commit found there. At any time,
 * at most one of the rowids that ever had the key has it.
 */
export class RowHistory {
  private readonly log: RowLog;
  private readonly identity: string;
  private readonly pairs = new Map<TableDef, Map<TableDef, ColumnPairs>>();

  constructor(
    db: Connection,
    private readonly lineage: TableLineage,
    key: Row,
  ) {
    this.log = new RowLog(db, lineage, key);
    this.identity = keyIdentity(lineage.stored.def, key);
  }

  /**
   * The commits up to `scn` that changed the row, newest first. The last one is the first known version, as a
   * transition from nothing with the SCN of the horizon.
   */
  *transitions(scn: number): Iterable<Transition> {
    const { horizon } = this.lineage;
    const images = this.log.imagesAt(scn);
    const births = this.births();
    const others = [...new Set([...births.keys(), ...this.lineage.transitions])]
      .filter((at) => at <= scn && at > horizon)
      .sort((a, b) => b - a);
    const entries = this.log.entries(horizon, scn)[Symbol.iterator]();
    try {
      let entry = entries.next();
      for (let next = 0; ; ) {
        const at = Math.max(entry.done ? 0 : entry.value.scn, others[next] ?? 0);
        if (at === 0) break;
        const after = this.rowAt(images, at);
        for (; !entry.done && entry.value.scn === at; entry = entries.next()) {
          const { slot, image } = entry.value;
          if (image === null) images.delete(slot);
          else images.set(slot, image);
        }
        if (others[next] === at) {
          for (const slot of births.get(at) ?? []) images.delete(slot);
          next++;
        }
        const before = this.rowAt(images, at - 1);
        if (this.differ(before, after)) yield { scn: at, before, after };
      }
    } finally {
      entries.return?.();
    }
    const first = horizon <= scn ? this.rowAt(images, horizon) : null;
    if (first) yield { scn: horizon, before: null, after: first };
  }

  /** Names of the columns that a transition changed; all columns of an inserted row, none of a deleted one. */
  changed({ before, after }: Transition): string[] {
    if (after === null) return [];
    if (before === null) return storedColumns(after.table).map((column) => column.name);
    return this.compare(before.table, after.table).changed(before.row, after.row);
  }

  private births(): Map<number, Slot[]> {
    const births = new Map<number, Slot[]>();
    for (const slot of this.log.slots) {
      const at = this.log.bornAt(slot);
      if (at !== null) births.set(at, [...(births.get(at) ?? []), slot]);
    }
    return births;
  }

  private differ(before: StoredRow | null, after: StoredRow | null): boolean {
    if (before === null || after === null) return before !== after;
    return !this.compare(before.table, after.table).isSame(before.row, after.row);
  }

  private rowAt(images: ReadonlyMap<Slot, Image>, scn: number): StoredRow | null {
    const table = this.lineage.at(scn);
    if (table === null) return null;
    for (const image of images.values()) {
      const row = storedColumns(table).map((column) => image[this.log.uids.indexOf(column.uid)]);
      if (isKeyedByRowid(table) || keyIdentity(table, keyOf(table, row)) === this.identity) return { table, row };
    }
    return null;
  }

  private compare(from: TableDef, to: TableDef): ColumnPairs {
    const known = this.pairs.get(from) ?? new Map<TableDef, ColumnPairs>();
    this.pairs.set(from, known);
    const pairs = known.get(to) ?? new ColumnPairs(from, to);
    known.set(to, pairs);
    return pairs;
  }
}
