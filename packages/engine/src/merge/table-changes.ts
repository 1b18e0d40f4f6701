import { type ColumnDef, findTable, type TableDef } from "../schema/model.js";
import { ident, sameName } from "../sql/names.js";
import { isSymbol, nameOf, type Token, tokenize, withoutStyle } from "../sql/tokenize.js";
import type { BranchFile } from "../write/branch-file.js";
import { changeSchema } from "../write/ddl.js";
import { attempt, SchemaConflict } from "./conflict.js";
import { type Rename, renameAll } from "./exchange.js";
import type { Identity } from "./identity.js";

/** Gives tables the names that the source gave them; several may be exchanged among each other. */
export function renameTables(file: BranchFile, renames: readonly Rename[], scn: number): void {
  if (renames.length === 0) return;
  const rename = (from: string, to: string) => file.db.exec(`ALTER TABLE main.${ident(from)} RENAME TO ${ident(to)}`);
  attempt(renames[0]!.from, () => changeSchema(file, scn, undefined, () => renameAll(renames, rename)));
}

/** Repeats on the target's table what ALTER TABLE did to the source's: SQLite has no other way to change one. */
export class TableChange {
  constructor(
    private readonly file: BranchFile,
    private readonly identity: Identity,
    private readonly base: TableDef,
    private readonly source: TableDef,
    private name: string,
    private readonly scn: number,
    private readonly touched: Set<string>,
  ) {}

  /** Gives the names of the columns that were added. */
  apply(): string[] {
    const stays: ColumnDef[] = [];
    for (const column of this.base.columns) if (!this.drop(column)) stays.push(column);
    this.rename(stays);
    const added: string[] = [];
    for (const column of this.source.columns) {
      if (!this.identity.column(this.base, column) && this.add(column)) added.push(column.name);
    }
    return added;
  }

  /** The table as the target has it at this point. */
  private get here(): TableDef {
    return findTable(this.file.epoch, this.name)!;
  }

  /** Drops the column where the source dropped it; says whether one of the sides did. */
  private drop(column: ColumnDef): boolean {
    const there = this.identity.column(this.source, column);
    const here = this.identity.column(this.here, column);
    if (there && here) return false;
    if ((there ?? here ?? column).name !== column.name) {
      throw this.conflict(`column ${column.name} was dropped on one side and renamed on the other`);
    }
    if (here) {
      imageBeforeDrop(this.file, this.here, this.touched);
      this.alter(`DROP COLUMN ${ident(here.name)}`);
    }
    return true;
  }

  private rename(columns: readonly ColumnDef[]): void {
    const renames = columns.flatMap((column) => {
      const there = this.identity.column(this.source, column)!;
      const here = this.identity.column(this.here, column)!;
      if (there.name === column.name || there.name === here.name) return [];
      if (here.name !== column.name) throw this.conflict(`column ${column.name} was renamed differently on each side`);
      return [{ from: here.name, to: there.name }];
    });
    renameAll(renames, (from, to) => this.renameColumn(from, to));
  }

  private renameColumn(from: string, to: string): void {
    this.alter(`RENAME COLUMN ${ident(from)} TO ${ident(to)}`, { from, to });
  }

  /** Adds a column that the source added; false where the target has it already. */
  private add(column: ColumnDef): boolean {
    const { here } = this;
    if (this.identity.column(here, column)) return false;
    const definition = columnText(this.source.sql, column.name);
    const named = here.columns.find((other) => sameName(other.name, column.name));
    if (named) {
      if (withoutStyle(columnText(here.sql, named.name)) !== withoutStyle(definition)) {
        throw this.conflict(`column ${column.name} was added differently on each side`);
      }
      this.identity.joinColumns(here, named, column);
      return false;
    }
    this.alter(`ADD COLUMN ${definition}`);
    return true;
  }

  private alter(what: string, renamed?: { from: string; to: string }): void {
    attempt(this.name, () =>
      changeSchema(
        this.file,
        this.scn,
        renamed && { table: this.here.uid, ...renamed },
        () => this.file.db.exec(`ALTER TABLE main.${ident(this.name)} ${what}`),
        () => this.source,
      ),
    );
  }

  private conflict(message: string): SchemaConflict {
    return new SchemaConflict(this.base.name, message);
  }
}

function imageBeforeDrop(file: BranchFile, table: TableDef, touched: Set<string>): void {
  file.capture.hook([table], false);
  file.capture.imageAll(table);
  touched.add(table.uid);
}

/** The definition of one column, as it stands in a CREATE TABLE text. */
function columnText(sql: string, column: string): string {
  const tokens = tokenize(sql);
  const open = tokens.findIndex((token) => isSymbol(token, "("));
  let depth = 0;
  let part: Token[] = [];
  for (const token of tokens.slice(open)) {
    if (isSymbol(token, "(") && depth++ === 0) continue;
    const closes = isSymbol(token, ")") && --depth === 0;
    if (closes || (depth === 1 && isSymbol(token, ","))) {
      if (part[0] && sameName(nameOf(part[0]), column)) return sql.slice(part[0].start, part.at(-1)!.end);
      part = [];
      if (closes) break;
    } else part.push(token);
  }
  return ident(column);
}
