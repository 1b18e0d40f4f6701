import type { Connection } from "../file/connection.js";
import { type StoredTable, storedTable } from "../schema/epochs.js";
import type { TableDef } from "../schema/model.js";

/** The definition of a table from an SCN on; null from when it was dropped. */
interface Shape {
  readonly since: number;
  readonly table: TableDef | null;
}

/** A table through all of a branch's kept history: renamed, altered, dropped, restored. */
export class TableLineage {
  private constructor(
    /** As it is in the file now. */
    readonly stored: StoredTable,
    /** Newest first. */
    private readonly shapes: readonly Shape[],
    /** SCN of the oldest state that can be read. */
    readonly horizon: number,
    readonly until: number,
  ) {}

  /** The table that has a name at `until`, or that had it last. */
  static find(db: Connection, name: string, horizon: number, until: number): TableLineage | null {
    const uid = db
      .prepare(
        `SELECT t.value ->> 'uid' FROM main._helios_schema AS s, json_each(s.epoch, '$.tables') AS t
         WHERE s.scn <= :until AND s.scn >= ${FIRST_EPOCH} AND t.value ->> 'name' = :name COLLATE NOCASE
         ORDER BY s.scn DESC LIMIT 1`,
      )
      .pluck()
      .get({ horizon, until, name }) as string | undefined;
    const stored = uid === undefined ? undefined : storedTable(db, uid);
    return stored ? new TableLineage(stored, shapesOf(db, stored.def.uid, horizon, until), horizon, until) : null;
  }

  /** The table as of an SCN; null while it does not exist. */
  at(scn: number): TableDef | null {
    return this.shapes.find((shape) => shape.since <= scn)?.table ?? null;
  }

  /** The SCNs that changed its definition, newest first. */
  get transitions(): number[] {
    return this.shapes.map((shape) => shape.since);
  }

  /** All its definitions, newest first. */
  get tables(): TableDef[] {
    return this.shapes.flatMap(({ table }) => (table ? [table] : []));
  }
}

/** The epoch in force at the horizon: earlier ones may be half removed. */
const FIRST_EPOCH = "coalesce((SELECT max(scn) FROM main._helios_schema WHERE scn <= :horizon), 0)";

function shapesOf(db: Connection, uid: string, horizon: number, until: number): Shape[] {
  const rows = db
    .prepare(
      `SELECT s.scn, t.value AS shape FROM main._helios_schema AS s
       LEFT JOIN json_each(s.epoch, '$.tables') AS t ON t.value ->> 'uid' = :uid
       WHERE s.scn <= :until AND s.scn >= ${FIRST_EPOCH} ORDER BY s.scn`,
    )
    .all({ uid, horizon, until }) as { scn: number; shape: string | null }[];
  const transitions = rows.filter((row, i) => row.shape !== (rows[i - 1]?.shape ?? null));
  return transitions
    .map(({ scn, shape }): Shape => ({ since: scn, table: shape === null ? null : (JSON.parse(shape) as TableDef) }))
    .reverse();
}
