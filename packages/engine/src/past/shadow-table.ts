import { markAt } from "../capture/high-water-mark.js";
import { imagedColumns, imageName, logKey, logName, rowKey } from "../capture/log.js";
import { type Connection, prepared } from "../file/connection.js";
import type { StoredTable } from "../schema/epochs.js";
import { type ColumnDef, type SchemaObject, storedColumns, type TableDef } from "../schema/model.js";
import { readsThrough } from "../schema/same-traits.js";
import { rowCount } from "../schema/statistics.js";
import { ident } from "../sql/names.js";
import { renamedFrom } from "../sql/own-name.js";
import { isSymbol, isWord, nameOf, tokenize } from "../sql/tokenize.js";
import { ExactStatement } from "../values/exact-statement.js";
import { MIN_INT64 } from "../values/int64.js";

/**
 * One table as of an SCN: TEMP `changed` has the keys written since, TEMP `old` their rows from then. A row whose key
 * is not in `changed` and not above the mark of that time is unchanged.
 */
export class ShadowTable {
  private readonly changed: string;
  /**
   * TEMP table with the old versions of the rows that have changed since. A plan that scans it reads the whole shadow.
   */
  readonly old: string;
  private readonly fresh: string;
  private readonly mark: string;
  private made = false;
  /** Its rows came from another connection, so the mark says nothing about them. */
  private filled = false;
  /** The log has every old row: the table is gone, or a column was dropped or reads differently now. */
  private readonly isLogged: boolean;

  constructor(
    private readonly db: Connection,
    /** The table's definition at the SCN. */
    readonly def: TableDef,
    private readonly stored: StoredTable,
    private readonly scn: number,
    private readonly indexes: readonly SchemaObject[],
    /** Makes the TEMP names unique on the connection. */
    tag: string,
  ) {
    this.changed = `_helios_changed_${tag}`;
    this.old = `_helios_old_${tag}`;
    this.fresh = `_helios_fresh_${tag}`;
    this.mark = String(markAt(db, def, scn) ?? MIN_INT64);
    this.isLogged = stored.physical === "" || !readsThrough(def, stored.def);
  }

  /** Rows at the SCN, from the marks. */
  get rows(): number {
    return rowCount(this.db, this.def.uid, this.scn);
  }

  /** True if the table in the file can be read directly: same definition, no changes in (from, to]. */
  isUntouched(from: number, to: number): boolean {
    if (this.made || this.stored.physical !== this.def.name || this.stored.dropped !== null) return false;
    if (this.stored.def.sql !== this.def.sql) return false;
    const logged = `SELECT 1 FROM main.${logName(this.def)} WHERE scn > ? AND scn <= ? LIMIT 1`;
    if (prepared(this.db, logged).get(from, to)) return false;
    const marked = "SELECT 1 FROM main._helios_marks WHERE uid = ? AND scn > ? AND scn <= ? LIMIT 1";
    return prepared(this.db, marked).get(this.def.uid, from, to) === undefined;
  }

  /** Gathers the changes in (from, to]. The first call must begin at the SCN itself. */
  gather(from: number, to: number): void {
    if (!this.made) this.create();
    const table = this.def;
    const keys = logKey(table).join(", ");
    const known = table.withoutRowid
      ? `NOT EXISTS (SELECT 1 FROM temp.${this.changed} AS c WHERE ${this.sameKey("c.", "l.")})`
      : `k <= ${this.mark} AND k NOT IN (SELECT k FROM temp.${this.changed})`;
    prepared(
      this.db,
      `INSERT INTO temp.${this.fresh} (${keys}, scn) SELECT ${keys}, min(scn) FROM main.${logName(table)} AS l
         WHERE scn > ? AND scn <= ? AND ${known} GROUP BY ${keys}`,
    ).run(from, to);
    const images = this.oldColumns();
    this.db.exec(
      `INSERT INTO temp.${this.old} (${images.map(([name]) => name).join(", ")})
       SELECT ${images.map(([, image]) => `l.${image}`).join(", ")}
       FROM temp.${this.fresh} AS f CROSS JOIN main.${logName(table)} AS l
       ON l.scn = f.scn AND ${this.sameKey("l.", "f.")} WHERE l.p = 1;
       INSERT INTO temp.${this.changed} (${keys}) SELECT ${keys} FROM temp.${this.fresh};
       DELETE FROM temp.${this.fresh};`,
    );
  }

  /**
   * The table at the SCN as a SELECT over the current file and the gathered rows; `withRowid`: with the rowid as
   * `_helios_k` before its columns.
   */
  select(withRowid = false): string {
    const now = new Map(this.stored.def.columns.map((column) => [column.uid, column]));
    const columns = this.def.columns.map((column) => {
      const current = now.get(column.uid);
      return `${current ? ident(current.name) : "NULL"} AS ${ident(column.name)}`;
    });
    const names = this.def.columns.map((column) => ident(column.name));
    const source = { ...this.stored.def, name: this.stored.physical };
    if (withRowid) {
      columns.unshift(`${rowKey(source)[0]} AS _helios_k`);
      names.unshift(`${rowKey(this.def)[0]} AS _helios_k`);
    }
    const then = `SELECT ${names.join(", ")} FROM temp.${this.old}`;
    if (this.isLogged) return then;
    return `SELECT ${columns.join(", ")} FROM main.${ident(source.name)} WHERE ${this.unchanged(source)} UNION ALL ${then}`;
  }

  /** Like select, with the rowid as `_helios_k` before the stored columns; for the engine's own look-ups. */
  selectKeyed(): string {
    const now = new Map(this.stored.def.columns.map((column) => [column.uid, column]));
    const columns = storedColumns(this.def);
    const key = this.def.withoutRowid
      ? "NULL"
      : this.def.rowidColumn === null
        ? this.def.rowid
        : ident(this.def.rowidColumn);
    const then = `SELECT ${key} AS _helios_k, ${columns.map((column) => ident(column.name)).join(", ")} FROM temp.${this.old}`;
    if (this.isLogged) return then;
    const source = { ...this.stored.def, name: this.stored.physical };
    const values = columns.map((column) => {
      const current = now.get(column.uid);
      return `${current ? ident(current.name) : "NULL"} AS ${ident(column.name)}`;
    });
    const k = source.withoutRowid ? "NULL" : rowKey(source)[0];
    return `SELECT ${k} AS _helios_k, ${values.join(", ")} FROM main.${ident(source.name)} WHERE ${this.unchanged(source)}
      UNION ALL ${then}`;
  }

  /**
   * Statements that restore the old rows of a table in the file whose definition is unchanged. All rows are deleted
   * before any is inserted, since swapping two unique values by UPDATE fails.
   */
  restoreInPlace(): string {
    const name = `main.${ident(this.def.name)}`;
    const columns = [
      ...(this.rowidOnly() ? [this.def.rowid] : []),
      ...storedColumns(this.def).map((column) => ident(column.name)),
    ];
    const key = rowKey(this.def);
    const gone = this.def.withoutRowid
      ? `DELETE FROM ${name} WHERE (${key.join(", ")}) IN (SELECT ${logKey(this.def).join(", ")} FROM temp.${this.changed})`
      : `${this.filled ? "" : `DELETE FROM ${name} WHERE ${key[0]} > ${this.mark};`}
         DELETE FROM ${name} WHERE ${key[0]} IN (SELECT k FROM temp.${this.changed})`;
    return `${gone}; INSERT INTO ${name} (${columns.join(", ")}) SELECT ${columns.join(", ")} FROM temp.${this.old};`;
  }

  /**
   * Takes the table's rows from another connection instead of the log: all of them, and every current key of the table
   * counts as changed.
   */
  fill(from: Connection, keyed: string): void {
    this.create();
    this.filled = true;
    const table = this.def;
    const names = storedColumns(table).map((column) => ident(column.name));
    const keyedToo = this.rowidOnly();
    const columns = [...(keyedToo ? [table.rowid] : []), ...names];
    const put = new ExactStatement(
      this.db,
      `INSERT INTO temp.${this.old} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    );
    const order = table.withoutRowid
      ? table.primaryKey.map((column, i) => `${ident(column)} COLLATE ${table.collations[i]}`).join(", ")
      : "_helios_k";
    const sql = `SELECT ${keyedToo ? "_helios_k, " : ""}${names.join(", ")} FROM ${keyed} ORDER BY ${order}`;
    for (const row of new ExactStatement(from, sql).iterate()) put.run(...row);
    const keys = logKey(table).join(", ");
    for (const source of [`main.${ident(table.name)}`, `temp.${this.old}`]) {
      this.db.exec(
        `INSERT OR IGNORE INTO temp.${this.changed} (${keys}) SELECT ${rowKey(table).join(", ")} FROM ${source}`,
      );
    }
  }

  /** Drops rows that are the same again: they need not be written. */
  dropUnchanged(): void {
    const table = this.def;
    const columns = storedColumns(table).map((column) => ident(column.name));
    const same = columns
      .map((name) => `t.${name} IS o.${name} COLLATE BINARY AND typeof(t.${name}) = typeof(o.${name})`)
      .join(" AND ");
    const [here, there] = [rowKey(table, "t."), rowKey(table, "o.")];
    const keys = logKey(table);
    const collate = (i: number) => (table.withoutRowid ? ` COLLATE ${table.collations[i]}` : "");
    const joined = here.map((key, i) => `${key} = ${there[i]}${collate(i)}`).join(" AND ");
    const matches = there.map((key, i) => `c.${keys[i]} = ${key}${collate(i)}`).join(" AND ");
    // With a typed column, the log's values would be converted before they are compared, and no index could be used.
    const found = there.map((key, i) => `c.${keys[i]} = +${key}${collate(i)}`).join(" AND ");
    this.db.exec(`
      DELETE FROM temp.${this.changed} AS c WHERE EXISTS (
        SELECT 1 FROM temp.${this.old} AS o CROSS JOIN main.${ident(table.name)} AS t ON ${joined}
        WHERE ${matches} AND ${same || "true"});
      DELETE FROM temp.${this.old} AS o WHERE NOT EXISTS (SELECT 1 FROM temp.${this.changed} AS c WHERE ${found});`);
  }

  /** A statement that fills the empty table, which has the old definition, if the log has every old row. */
  rebuildFromLog(): string {
    const columns = [
      ...(this.rowidOnly() ? [this.def.rowid] : []),
      ...storedColumns(this.def).map((column) => ident(column.name)),
    ].join(", ");
    return `INSERT INTO main.${ident(this.def.name)} (${columns}) SELECT ${columns} FROM temp.${this.old}`;
  }

  /** Drops the gathered rows, for a connection that stays in use for other things. */
  drop(): void {
    for (const name of [this.changed, this.old, this.fresh]) this.db.exec(`DROP TABLE temp.${name}`);
  }

  /** Statements that fill `into`, an empty table with the old definition, with the old rows. */
  rebuildInto(into: string): string {
    const now = new Map(this.stored.def.columns.map((column) => [column.uid, column]));
    const columns = storedColumns(this.def);
    const keyed = this.rowidOnly();
    const names = [...(keyed ? [this.def.rowid] : []), ...columns.map((column) => ident(column.name))].join(", ");
    const then = `INSERT INTO main.${into} (${names}) SELECT ${names} FROM temp.${this.old};`;
    if (this.isLogged) return then;
    const source = { ...this.stored.def, name: this.stored.physical };
    const values = columns.map((column) => {
      const current = now.get(column.uid);
      return current ? ident(current.name) : "NULL";
    });
    return `INSERT INTO main.${into} (${names})
      SELECT ${[...(keyed ? [source.rowid] : []), ...values].join(", ")} FROM main.${ident(source.name)}
      WHERE ${this.unchanged(source)}; ${then}`;
  }

  /** The highest rowid that may have been in use, for AUTOINCREMENT. */
  get highest(): string {
    return this.mark;
  }

  private rowidOnly(): boolean {
    return !this.def.withoutRowid && this.def.rowidColumn === null;
  }

  private unchanged(source: TableDef): string {
    if (this.def.withoutRowid) {
      return `NOT EXISTS (SELECT 1 FROM temp.${this.changed} AS _helios_c WHERE ${this.keyOfRow(source)})`;
    }
    const key = rowKey(source)[0];
    return `${key} <= ${this.mark} AND ${key} NOT IN (SELECT k FROM temp.${this.changed})`;
  }

  private create(): void {
    const table = this.def;
    const keys = table.withoutRowid
      ? logKey(table).map((key, i) => `${key} COLLATE ${table.collations[i]}`)
      : ["k INTEGER PRIMARY KEY"];
    const primary = table.withoutRowid ? `, PRIMARY KEY (${logKey(table).join(", ")})) WITHOUT ROWID` : ")";
    this.db.exec(`
      CREATE TEMP TABLE ${this.changed} (${keys.join(", ")}${primary};
      CREATE TEMP TABLE ${this.fresh} (${keys.join(", ")}, scn INTEGER${primary};
      ${createAs(table.sql, this.old)};
    `);
    this.indexes.forEach((index, i) => {
      this.db.exec(indexAs(index.sql, `_helios_index_${i}_${this.old.slice(12)}`, this.old));
    });
    this.made = true;
  }

  /** Columns of `old` to fill, each with its log column. A rowid without a column is included. */
  private oldColumns(): [string, string][] {
    const logged = new Set(this.stored.logged);
    const images = imagedColumns(this.def)
      .filter((column: ColumnDef) => logged.has(column.uid))
      .map((column): [string, string] => [ident(column.name), imageName(column)]);
    if (this.def.withoutRowid) return images;
    return [[this.def.rowidColumn === null ? this.def.rowid : ident(this.def.rowidColumn), "k"], ...images];
  }

  private sameKey(a: string, b: string): string {
    return logKey(this.def)
      .map((key, i) => `${a}${key} = ${b}${key}${this.def.withoutRowid ? ` COLLATE ${this.def.collations[i]}` : ""}`)
      .join(" AND ");
  }

  /**
   * The plus removes the column's type, since the log has no types: otherwise SQLite would convert, and use no index.
   */
  private keyOfRow(source: TableDef): string {
    return rowKey(source, `${ident(source.name)}.`)
      .map((key, i) => `_helios_c.k${i} = +${key} COLLATE ${this.def.collations[i]}`)
      .join(" AND ");
  }
}

/**
 * A CREATE TABLE statement with another name, as a TEMP table, so that affinities, collations and generated columns are
 * kept.
 */
export function createAs(sql: string, name: string): string {
  const tokens = tokenize(sql);
  const at = tokens.findIndex((token) => isWord(token, "TABLE")) + 1;
  return `CREATE TEMP TABLE ${name} ${renamedFrom(sql, tokens, at + 1, nameOf(tokens[at]!), name)}`;
}

/** A CREATE INDEX statement with another name, on a TEMP table. */
export function indexAs(sql: string, name: string, table: string): string {
  const tokens = tokenize(sql);
  const on = tokens.findIndex((token, i) => isWord(token, "ON") && i > 1);
  const unique = isWord(tokens[1], "UNIQUE") ? "UNIQUE " : "";
  const open = tokens.findIndex((token, i) => i > on && isSymbol(token, "("));
  const definition = renamedFrom(sql, tokens, open, nameOf(tokens[on + 1]!), table);
  return `CREATE ${unique}INDEX temp.${name} ON ${table} ${definition}`;
}

/** A table of the file itself, in the same format as `selectKeyed`. */
export function keyedSource(table: TableDef): string {
  const key = table.withoutRowid ? "NULL" : rowKey(table)[0];
  const columns = storedColumns(table).map((column) => ident(column.name));
  return `(SELECT ${key} AS _helios_k, ${columns.join(", ")} FROM main.${ident(table.name)})`;
}
