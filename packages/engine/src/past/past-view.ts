import { existsSync } from "node:fs";
import { HeliosError } from "@heliosdb/port";
import { type Connection, openForReading } from "../file/connection.js";
import { CommitLog } from "../meta/commits.js";
import { requireHistory } from "../meta/unreadable-point.js";
import { epochAt, epochScn, storedTables } from "../schema/epochs.js";
import type { Epoch, TableDef } from "../schema/model.js";
import { foldName, ident } from "../sql/names.js";
import { tokenize } from "../sql/tokenize.js";
import { keyedSource, ShadowTable } from "./shadow-table.js";

/**
 * A branch file as of an SCN, on a separate connection: every table that has changed since is hidden behind a TEMP view
 * of the same name, so that the caller's SQL reads the past without being rewritten.
 */
export class PastView {
  readonly db: Connection;
  epoch!: Epoch;
  protected readonly commits: CommitLog;
  private shadows: ShadowTable[] = [];
  private gatheredTo: number;
  /** Set when gathering failed half-way: the connection can't be used any more. */
  broken = false;
  private builtFor = -1;
  private views: string[] = [];
  private readonly shown = new Set<string>();
  /** Views that also show the rowid, by the uid of their table. */
  private readonly rowidViews = new Map<string, string>();

  constructor(
    path: string,
    readonly scn: number,
  ) {
    this.db = openOrExpired(path, scn);
    this.commits = new CommitLog(this.db);
    this.gatheredTo = scn;
  }

  /** Brings the shadows up to the head inside a read transaction, and calls `read` in it. */
  read<T>(read: () => T): T {
    this.db.exec("BEGIN");
    try {
      this.refresh();
    } catch (error) {
      this.db.exec("ROLLBACK");
      this.broken = true;
      throw error;
    }
    try {
      return read();
    } finally {
      if (this.db.inTransaction) this.db.exec("COMMIT");
    }
  }

  /** Like `read`, for a reader that is used over several calls: everything until `close` is one read transaction. */
  pin(): this {
    this.db.exec("BEGIN");
    this.refresh();
    return this;
  }

  /** The names by which a query's plan refers to shadows, with the number of rows of each. */
  shadowed(): Map<string, number> {
    return new Map(
      this.shadows
        .filter((table) => this.shown.has(table.def.name))
        .flatMap((table) => {
          const view = this.rowidViews.get(table.def.uid);
          const names = [table.def.name, table.old, ...(view === undefined ? [] : [view])];
          return names.map((name) => [name, table.rows] as const);
        }),
    );
  }

  /** The name of a view of a table that has the rowid, as `_helios_k`, before the columns. Call inside `within`. */
  withRowid(table: TableDef): string {
    const known = this.rowidViews.get(table.uid);
    if (known !== undefined) return known;
    const at = this.shadows.findIndex((each) => each.def.uid === table.uid);
    const view = `_helios_rows_${at}`;
    const columns = table.columns.map((column) => ident(column.name)).join(", ");
    const here = `SELECT ${table.rowid} AS _helios_k, ${columns} FROM main.${ident(table.name)}`;
    const rows = this.shown.has(table.name) ? this.shadows[at]!.select(true) : here;
    this.db.exec(`CREATE TEMP VIEW ${view} AS ${rows}`);
    this.rowidViews.set(table.uid, view);
    return view;
  }

  /** A table as a subquery with its rowid as `_helios_k` and its stored columns. Call inside `within`. */
  keyed(table: TableDef): string {
    const shadow = this.shadows.find((each) => each.def.uid === table.uid)!;
    return this.shown.has(table.name) ? `(${shadow.selectKeyed()})` : keyedSource(table);
  }

  get shadowCount(): number {
    return this.shown.size;
  }

  private refresh(): void {
    // The state was resolved in an earlier transaction: retention may have run since.
    requireHistory(this.commits, this.scn);
    const head = this.headScn();
    if (head === this.gatheredTo && this.builtFor >= 0) return;
    const epoch = epochScn(this.db);
    if (this.builtFor !== epoch) this.rebuild(epoch);
    const touched = this.shadows.filter((table) => !table.isUntouched(this.gatheredTo, head));
    for (const table of touched) {
      table.gather(this.gatheredTo, head);
      this.show(table);
    }
    this.gatheredTo = head;
    // Views are made again when a table that they may read becomes hidden, or when one may have been changed or dropped
    // since.
    if ((this.shown.size > 0 || this.epoch.scn !== epoch) && this.views.length === 0) this.showViews();
  }

  /** After a schema change, the views name things that are gone, so everything is made again. */
  private rebuild(epoch: number): void {
    if (this.builtFor >= 0) {
      const temp = this.db
        .prepare(
          "SELECT type, name FROM temp.sqlite_schema WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite_%'",
        )
        .all() as { type: string; name: string }[];
      for (const object of temp) this.db.exec(`DROP ${object.type} IF EXISTS temp.${ident(object.name)}`);
      this.gatheredTo = this.scn;
      this.shown.clear();
      this.rowidViews.clear();
      this.views = [];
    }
    this.epoch = epochAt(this.db, this.scn);
    const stored = storedTables(this.db);
    this.shadows = this.epoch.tables.map((table, i) => {
      const indexes = this.epoch.objects.filter((object) => object.type === "index" && object.table === table.name);
      const where = stored.get(table.uid);
      if (!where) throw new HeliosError("INTERNAL_ERROR", `table ${table.name} has lost its record`);
      return new ShadowTable(this.db, table, where, this.scn, indexes, String(i));
    });
    if (this.epoch.scn !== epoch) this.hideLater(epochAt(this.db, epoch));
    this.builtFor = epoch;
  }

  private show(table: ShadowTable): void {
    if (this.shown.has(table.def.name)) return;
    const columns = table.def.columns.map((column) => ident(column.name)).join(", ");
    this.db.exec(`CREATE TEMP VIEW ${ident(table.def.name)} (${columns}) AS ${table.select()}`);
    this.shown.add(table.def.name);
    // Made while the table was read directly.
    const view = this.rowidViews.get(table.def.uid);
    if (view !== undefined) this.db.exec(`DROP VIEW temp.${view}`);
    this.rowidViews.delete(table.def.uid);
  }

  /** A view in the file would read the present. Its definition, made again as a TEMP view, reads the shadows. */
  private showViews(): void {
    for (const view of this.epoch.objects.filter((object) => object.type === "view")) {
      const name = tokenize(view.sql)[2]!;
      this.db.exec(`CREATE TEMP VIEW ${view.sql.slice(name.start)}`);
      this.views.push(view.name);
    }
  }

  /** Later tables must not be visible; reading one fails with a name from which the error message is made. */
  private hideLater(now: Epoch): void {
    const then = new Set(
      [...this.epoch.tables, ...this.epoch.objects.filter((object) => object.type === "view")].map((item) =>
        foldName(item.name),
      ),
    );
    const later = [...now.tables, ...now.objects.filter((object) => object.type === "view")];
    for (const item of later) {
      if (then.has(foldName(item.name))) continue;
      this.db.exec(`CREATE TEMP VIEW ${ident(item.name)} AS SELECT * FROM main.${ident(`_helios_later_${item.name}`)}`);
      this.shown.add(item.name);
    }
  }

  protected headScn(): number {
    return this.commits.head().scn;
  }

  close(): void {
    this.db.close();
  }
}

/** Retention may have removed the whole file after the reader resolved the state. */
function openOrExpired(path: string, scn: number): Connection {
  try {
    return openForReading(path);
  } catch (error) {
    if (existsSync(path)) throw error;
    throw new HeliosError("POINT_EXPIRED", `Retention removed the history of SCN ${scn}.`, { scn });
  }
}
