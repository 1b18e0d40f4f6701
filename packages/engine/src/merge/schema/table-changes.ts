import { isSqliteFailure } from "../../file/sqlite-error.js";
import { initialValue } from "../../rows/column-default.js";
import { sameValue } from "../../rows/values.js";
import { type ColumnDef, findTable, type TableDef } from "../../schema/model.js";
import { printTable, type TableText } from "../../schema/table-text.js";
import { ident, sameName } from "../../sql/names.js";
import type { BranchFile } from "../../write/branch-file.js";
import { changeSchema } from "../../write/ddl.js";
import { attempt, SchemaConflict } from "./conflict.js";
import { isAlike } from "./object-text.js";
import type { SchemaIdentity } from "./schema-identity.js";
import { type Rename, renameAll } from "./swap-renames.js";
import { differsInColumnsOnly, isSameTable } from "./table-text.js";

/** Gives tables the names that the source gave them; several may swap names. */
export function renameTables(file: BranchFile, renames: readonly Rename[], scn: number): void {
  if (renames.length === 0) return;
  const rename = (from: string, to: string) => file.db.exec(`ALTER TABLE main.${ident(from)} RENAME TO ${ident(to)}`);
  attempt(renames[0]!.from, () => changeSchema(file, scn, undefined, () => renameAll(renames, rename)));
}

/** A table in the three states, and its definitions with the names of the merged schema. */
export interface TableVersions {
  readonly base: TableDef;
  readonly source: TableDef;
  /** The target's current name for it. */
  readonly name: string;
  readonly merged: TableText;
  readonly target: TableText;
}

/**
 * Changes the target's table to its merged definition: by ALTER TABLE if that suffices, which is quick whatever the
 * number of rows; otherwise the table has to be rebuilt when its rows are known.
 */
export class TableChange {
  private readonly base: TableDef;
  private readonly source: TableDef;
  private readonly name: string;

  constructor(
    private readonly file: BranchFile,
    private readonly identity: SchemaIdentity,
    private readonly versions: TableVersions,
    private readonly scn: number,
    private readonly touched: Set<string>,
  ) {
    this.base = versions.base;
    this.source = versions.source;
    this.name = versions.name;
  }

  /** Returns "rebuild" if ALTER TABLE does not suffice; the columns have their merged names by then. */
  apply(): "done" | "rebuild" {
    const { merged, target } = this.versions;
    const stays = this.base.columns.filter((column) => !this.isDropped(column));
    this.checkRenames(stays);
    this.joinAdded();
    this.rename();
    if (isSameTable(merged, target)) return "done";
    if (!differsInColumnsOnly(merged, target) || this.addsFilled()) return "rebuild";
    return this.alter() ? "done" : "rebuild";
  }

  /** The table as it currently is in the target. */
  private get here(): TableDef {
    return findTable(this.file.epoch, this.name)!;
  }

  private isDropped(column: ColumnDef): boolean {
    const there = this.identity.column(this.source, column);
    const here = this.identity.column(this.here, column);
    if (there && here) return false;
    if ((there ?? here ?? column).name !== column.name) {
      throw this.conflict(`one side dropped column ${column.name}, and the other renamed it`);
    }
    return true;
  }

  private checkRenames(columns: readonly ColumnDef[]): void {
    for (const column of columns) {
      const there = this.identity.column(this.source, column)!;
      const here = this.identity.column(this.here, column)!;
      if (there.name === column.name || there.name === here.name || here.name === column.name) continue;
      throw this.conflict(`both sides renamed column ${column.name} differently`);
    }
  }

  /** Gives columns the names of the merged schema. Columns that will be dropped make way for others. */
  private rename(): void {
    const { columns } = this.versions.target;
    const renames = this.here.columns.flatMap(({ name }, i) => {
      const to = columns[i]!.name;
      return to === name ? [] : [{ from: name, to }];
    });
    renameAll(renames, (from, to) => {
      attempt(this.name, () =>
        this.change(`RENAME COLUMN ${ident(from)} TO ${ident(to)}`, { table: this.here.uid, from, to }),
      );
    });
  }

  /** From now on, a column that both sides added identically is one column. */
  private joinAdded(): void {
    const { here } = this;
    for (const column of this.source.columns) {
      if (this.identity.column(this.base, column) || this.identity.column(here, column)) continue;
      const named = here.columns.find((other) => sameName(other.name, column.name));
      if (!named || this.identity.column(this.base, named)) continue;
      const text = ({ columns }: TableText) => columns.find(({ name }) => sameName(name, column.name))?.text;
      if (!isAlike(text(this.versions.merged), text(this.versions.target))) continue;
      if (!isFilledAlike(named, column)) {
        throw this.conflict(`both sides added column ${column.name}, and rows have different values in it`);
      }
      this.identity.joinColumns(here, named, column);
    }
  }

  /** Whether a new column has had another value in existing rows than its default. */
  private addsFilled(): boolean {
    const { here } = this;
    return this.source.columns.some(
      (column) =>
        column.fill !== undefined && !this.identity.column(this.base, column) && !this.identity.column(here, column),
    );
  }

  /** Drops and adds columns. False, with nothing changed, if SQLite says that ALTER TABLE can't do it. */
  private alter(): boolean {
    const { file } = this;
    const { merged, target } = this.versions;
    file.db.exec("SAVEPOINT _helios_alter");
    try {
      const has = (text: TableText, name: string) => text.columns.some((column) => sameName(column.name, name));
      // ALTER TABLE would take the quoted name of a missing column for a string.
      if (merged.columns.some(({ name }) => !has(target, name))) tryText(file, merged);
      for (const { name } of target.columns) {
        if (has(merged, name)) continue;
        imageBeforeDrop(file, this.here, this.touched);
        this.change(`DROP COLUMN ${ident(name)}`);
      }
      for (const { name, text } of merged.columns) if (!has(target, name)) this.change(`ADD COLUMN ${text}`);
    } catch (error) {
      if (!isSqliteFailure(error)) throw error;
      file.db.exec("ROLLBACK TO _helios_alter; RELEASE _helios_alter");
      file.capture.reset();
      file.reload();
      return false;
    }
    file.db.exec("RELEASE _helios_alter");
    return true;
  }

  private change(what: string, renamed?: { table: string; from: string; to: string }): void {
    changeSchema(
      this.file,
      this.scn,
      renamed,
      () => this.file.db.exec(`ALTER TABLE main.${ident(this.name)} ${what}`),
      () => this.source,
    );
  }

  private conflict(message: string): SchemaConflict {
    return new SchemaConflict(this.base.name, message);
  }
}

/**
 * Whether all rows without the column count as having the same value in it. If the value is unknown, each row has its
 * own.
 */
function isFilledAlike(a: ColumnDef, b: ColumnDef): boolean {
  const isUnknown = ({ notNull, fill, defaultSql }: ColumnDef) => notNull && fill === undefined && defaultSql === null;
  if (isUnknown(a) || isUnknown(b) || (a.fill === b.fill && a.defaultSql === b.defaultSql)) return true;
  return sameValue(initialValue(a), initialValue(b));
}

function tryText({ db }: BranchFile, text: TableText): void {
  db.exec(`${printTable("temp._helios_tried", text)}; DROP TABLE temp._helios_tried`);
}

function imageBeforeDrop(file: BranchFile, table: TableDef, touched: Set<string>): void {
  file.capture.hook([table], false);
  file.capture.imageAll(table);
  touched.add(table.uid);
}
