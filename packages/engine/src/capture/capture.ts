import type { TableChange } from "@heliosdb/port";
import { type Connection, prepared, type Statement } from "../file/connection.js";
import type { Epoch, TableDef } from "../schema/model.js";
import { ident, isNotReserved } from "../sql/names.js";
import { MIN_INT64 } from "../values/int64.js";
import { imagedColumns, imageName, logKey, logName, rowKey, UNSETTLED } from "./log.js";
import { CURRENT_SCN, captureTriggers, createTempTables, imageAllRows, MARKS, replaceTriggers } from "./triggers.js";

interface Hook {
  readonly table: TableDef;
  readonly slot: number;
  mark: bigint;
  rows: number;
  /** Rows that REPLACE displaces are logged. */
  replace: boolean;
  readonly counts: Statement;
  readonly removeNoops: Statement;
  readonly above: Statement | null;
  readonly top: Statement | null;
}

/**
 * Records what is written to the tables of one connection. Only tables that a statement can write are hooked, on
 * demand; hooks stay until the schema changes. Call `hook` outside a transaction, or call `reset` when the transaction
 * rolls back.
 */
export class Capture {
  private hooks = new Map<string, Hook>();
  private slots = 0;
  /** The value in the TEMP table; null after a rollback, when it is unknown. */
  private replacing: boolean | null = null;
  /** Some statement of this commit may have displaced rows. */
  private replaced = false;
  private readonly setReplaces: Statement;
  /** Rows that this class itself changed in its TEMP tables; SQLite counts them with the user's. */
  ownChanges = 0;
  private readonly setScn: Statement;
  private readonly setMark: Statement;
  private readonly putMark: Statement;
  private readonly lastMark: Statement;

  constructor(private readonly db: Connection) {
    createTempTables(db);
    this.setScn = db.prepare(`UPDATE temp.${CURRENT_SCN} SET _helios_scn = ?`);
    this.setReplaces = db.prepare(`UPDATE temp.${CURRENT_SCN} SET _helios_replaces = ?`);
    this.setMark = db.prepare(`INSERT OR REPLACE INTO temp.${MARKS} (t, m) VALUES (?, ?)`);
    this.putMark = db.prepare("INSERT OR REPLACE INTO main._helios_marks (uid, scn, mark, rows) VALUES (?, ?, ?, ?)");
    this.lastMark = db
      .prepare("SELECT mark, rows FROM main._helios_marks WHERE uid = ? ORDER BY scn DESC LIMIT 1")
      .safeIntegers();
  }

  /** Makes sure that changes to these tables are logged; with `replaces`, also rows that REPLACE displaces. */
  hook(tables: Iterable<TableDef>, replaces: boolean): void {
    for (const table of tables) {
      let hook = this.hooks.get(table.uid);
      if (!hook) {
        hook = this.make(table);
        this.ownChanges += this.setMark.run(hook.slot, hook.mark).changes;
        this.db.exec(captureTriggers(table, hook.slot).join(";"));
        this.hooks.set(table.uid, hook);
      }
      if (replaces && !hook.replace) {
        for (const sql of replaceTriggers(this.db, table, hook.slot)) this.db.exec(sql);
        hook.replace = true;
      }
    }
  }

  /** Drops every hook: before a schema change, which the triggers would block, or after a rollback that undid some. */
  reset(): void {
    // Read from the schema, because a rollback brings back triggers that were dropped in the transaction.
    const listed = "SELECT name FROM temp.sqlite_schema WHERE type = 'trigger'";
    const names = prepared(this.db, listed, "value").all() as string[];
    for (const name of names) this.db.exec(`DROP TRIGGER temp."${name}"`);
    this.ownChanges += prepared(this.db, `DELETE FROM temp.${MARKS}`).run().changes;
    this.hooks.clear();
    this.replacing = null;
  }

  /** Sets whether the next statement may displace rows. */
  setReplacing(replaces: boolean): void {
    this.replaced ||= replaces;
    if (this.replacing === replaces) return;
    this.ownChanges += this.setReplaces.run(Number(replaces)).changes;
    this.replacing = replaces;
  }

  /** Everything logged from here on belongs to this commit. Until a statement says otherwise, it displaces no row. */
  begin(scn: number): void {
    this.setReplacing(false);
    this.replaced = false;
    this.setScn.run(scn);
  }

  /** What this commit has logged has been moved to another SCN, and so is what it logs from here on. */
  moveTo(scn: number): void {
    this.setScn.run(scn);
  }

  /**
   * Undoes what `finish` remembered about a commit that was rolled back. The rollback has already reset the tables
   * themselves.
   */
  revert(tables: Iterable<TableDef>): void {
    this.replacing = null;
    for (const table of tables) {
      const hook = this.hooks.get(table.uid);
      if (hook) Object.assign(hook, this.stored(table));
    }
  }

  /**
   * Closes a commit for these tables: counts the changes, raises the marks, stores both. The mark never falls:
   * otherwise a row that was inserted above it, deleted and inserted again would look as if it had always been there.
   */
  finish(scn: number, tables: Iterable<TableDef>): TableChange[] {
    const changes: TableChange[] = [];
    for (const table of tables) {
      const hook = this.hooks.get(table.uid);
      if (!hook) throw new Error(`table ${table.name} is not hooked`);
      const change = this.finishTable(hook, scn);
      if (change) changes.push(change);
    }
    return changes;
  }

  /** Closes a table that is about to be dropped, with all its rows in the log. */
  finishDropped(scn: number, table: TableDef): TableChange {
    this.imageAll(table);
    const hook = this.hooks.get(table.uid)!;
    this.settleTable(hook, scn);
    this.putMark.run(table.uid, scn, table.withoutRowid || hook.mark === MIN_INT64 ? null : hook.mark, 0);
    return { table: table.name, inserted: 0, updated: 0, deleted: hook.rows };
  }

  /**
   * Drops the images of rows that looked like being displaced and were not: they were not written, and must not look so.
   * `finish` does it too; call this before a change to the schema, which drops the hooks.
   */
  settle(scn: number): void {
    for (const hook of this.hooks.values()) this.settleTable(hook, scn);
  }

  /** Logs every row of a table, before a change after which old rows can no longer be read from the table. */
  imageAll(table: TableDef): void {
    const hook = this.hooks.get(table.uid);
    if (!hook) throw new Error(`table ${table.name} is not hooked`);
    this.db.exec(imageAllRows(table, hook.slot));
  }

  /**
   * Records a table that was added in this commit, with its rows. One that comes back has marks already, and continues
   * from them.
   */
  adopt(scn: number, table: TableDef): TableChange | null {
    if (this.lastMark.get(table.uid) !== undefined) return null;
    const rows = this.db
      .prepare(`SELECT count(*) FROM main.${ident(table.name)}`)
      .pluck()
      .get() as number;
    const mark = table.withoutRowid ? null : this.topOf(table);
    this.putMark.run(table.uid, scn, mark, rows);
    return rows === 0 ? null : { table: table.name, inserted: rows, updated: 0, deleted: 0 };
  }

  /** The hook may be newer than the images: a rollback to a savepoint drops hooks. */
  private settleTable({ table }: Hook, scn: number): void {
    if (!this.replaced) return;
    const [removeStaying, keepOthers] = this.prepareSettle(table);
    const { changes: removed } = removeStaying.run(scn);
    // As if they had never been inserted.
    this.ownChanges += 2 * removed + keepOthers.run(scn).changes;
  }

  private finishTable(hook: Hook, scn: number): TableChange | null {
    this.settleTable(hook, scn);
    const counts = hook.counts.get(scn) as { inserted: number; updated: number; deleted: number; undone: number };
    if (counts.undone > 0) hook.removeNoops.run(scn);
    const above = hook.above ? (hook.above.get(hook.mark) as number) : 0;
    const inserted = counts.inserted + above;
    let mark = hook.mark;
    if (hook.top) {
      const top = hook.top.get() as bigint | null;
      if (top !== null && top > mark) mark = top;
    }
    const rows = hook.rows + inserted - counts.deleted;
    if (mark !== hook.mark || rows !== hook.rows) {
      this.putMark.run(hook.table.uid, scn, hook.table.withoutRowid || mark === MIN_INT64 ? null : mark, rows);
      if (mark !== hook.mark) this.setMark.run(hook.slot, mark);
      hook.mark = mark;
      hook.rows = rows;
    }
    if (inserted + counts.updated + counts.deleted === 0) return null;
    return { table: hook.table.name, inserted, updated: counts.updated, deleted: counts.deleted };
  }

  private make(table: TableDef): Hook {
    const from = `main.${ident(table.name)}`;
    const same = sameRow(table);
    const counts = prepared(
      this.db,
      `SELECT coalesce(sum(NOT p AND now), 0) AS inserted, coalesce(sum(p AND now), 0) AS updated,
              coalesce(sum(p AND NOT now), 0) AS deleted, coalesce(sum(NOT p AND NOT now), 0) AS undone
       FROM (SELECT p, EXISTS (SELECT 1 FROM ${from} AS t WHERE ${same}) AS now
             FROM main.${logName(table)} AS l WHERE scn = ?)`,
    );
    // A row that was inserted and deleted in one commit was never visible to others: its key counts as not written.
    const removeNoops = prepared(
      this.db,
      `DELETE FROM main.${logName(table)} AS l WHERE scn = ? AND NOT p AND NOT EXISTS (SELECT 1 FROM ${from} AS t WHERE ${same})`,
    );
    const key = rowKey(table)[0];
    return {
      table,
      slot: ++this.slots,
      replace: false,
      ...this.stored(table),
      counts,
      removeNoops,
      above: table.withoutRowid ? null : prepared(this.db, `SELECT count(*) FROM ${from} WHERE ${key} > ?`, "value"),
      top: table.withoutRowid ? null : prepared(this.db, `SELECT max(${key}) FROM ${from}`, "exact"),
    };
  }

  /** A row that has its old values, and that no statement wrote since its image was taken, is where it was. */
  private prepareSettle(table: TableDef): [removeStaying: Statement, keepOthers: Statement] {
    const equal = imagedColumns(table).map((column) => {
      const [now, then] = [`t.${ident(column.name)}`, `l.${imageName(column)}`];
      return ` AND typeof(${now}) = typeof(${then}) AND ${now} IS ${then} COLLATE BINARY`;
    });
    const unsettled = `AS l WHERE scn = ? AND p = ${UNSETTLED}`;
    const stays = `EXISTS (SELECT 1 FROM main.${ident(table.name)} AS t WHERE ${sameRow(table)}${equal.join("")})`;
    return [
      prepared(this.db, `DELETE FROM main.${logName(table)} ${unsettled} AND ${stays}`),
      prepared(this.db, `UPDATE main.${logName(table)} ${unsettled.replace("WHERE", "SET p = 1 WHERE")}`),
    ];
  }

  /** On opening, the mark is the last stored one and is never read from the table, which may have shrunk since. */
  private stored(table: TableDef): { mark: bigint; rows: number } {
    const row = this.lastMark.get(table.uid) as { mark: bigint | null; rows: bigint } | undefined;
    // A table that never had a row: the mark is below every rowid but the lowest, and logging that one does no harm.
    return { mark: row?.mark ?? MIN_INT64, rows: Number(row?.rows ?? 0n) };
  }

  private topOf(table: TableDef): bigint | null {
    return this.db
      .prepare(`SELECT max(${rowKey(table)[0]}) FROM main.${ident(table.name)}`)
      .pluck()
      .safeIntegers()
      .get() as bigint | null;
  }
}

/** The row `t` of a table at the key of the entry `l` of its log. */
function sameRow(table: TableDef): string {
  const key = rowKey(table, "t.");
  const collation = (i: number) => (table.withoutRowid ? ` COLLATE ${table.collations[i]}` : "");
  return logKey(table)
    .map((name, i) => `${key[i]} = l.${name}${collation(i)}`)
    .join(" AND ");
}

type Step = [address: number, opcode: string, p1: number, p2: number, p3: number];

/** Programs of statements longer than this many characters are read step by step, which is slower. */
const LONG = 4096;

/** Finds the tables that a statement can write, including those written by triggers and foreign keys. */
export class WrittenTables {
  /** Found when it is first needed: one change of the schema may follow another. */
  private byPage: ReadonlyMap<number, TableDef> | null = null;

  constructor(
    private readonly db: Connection,
    private readonly epoch: Epoch,
  ) {}

  /** Read from SQLite's own program for the statement: the tables that it opens for writing, subprograms included. */
  of(sql: string, bound: unknown): TableDef[] {
    // A program has hundreds of steps, and as lists they take half the time that they take as objects. The program of a
    // statement for thousands of rows has a million steps, of which only one is kept at a time.
    const explain = this.db.prepare(`EXPLAIN ${sql}`).raw();
    const steps = (sql.length > LONG ? explain.iterate(bound) : explain.all(bound)) as Iterable<Step>;
    const found = new Set<TableDef>();
    this.byPage ??= tablesByPage(this.db, this.epoch);
    for (const [, opcode, p1, p2, p3] of steps) {
      const page = opcode === "OpenWrite" && p3 === 0 ? p2 : opcode === "Clear" && p2 === 0 ? p1 : 0;
      const table = this.byPage.get(page);
      if (table) found.add(table);
    }
    return [...found];
  }
}

/** Each table by the pages at which it and its indexes begin. */
function tablesByPage(db: Connection, epoch: Epoch): Map<number, TableDef> {
  const byName = new Map(epoch.tables.map((table) => [table.name, table]));
  const rows = prepared(
    db,
    `SELECT tbl_name AS name, rootpage AS page FROM main.sqlite_schema WHERE rootpage > 0 AND ${isNotReserved("tbl_name")}`,
  ).all() as { name: string; page: number }[];
  return new Map(rows.flatMap(({ name, page }) => (byName.has(name) ? [[page, byName.get(name)!]] : [])));
}
