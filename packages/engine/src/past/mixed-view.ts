import { HeliosError } from "@heliosdb/port";
import { requireHistory } from "../meta/unreadable-point.js";
import { catalogQuery, isCatalog } from "../schema/catalogs.js";
import { epochAt, storedTable } from "../schema/epochs.js";
import { type Epoch, findTable, findView, type SchemaObject, type TableDef } from "../schema/model.js";
import { needsOf, textOf } from "../schema/needs-tables.js";
import { foldName, ident, literal } from "../sql/names.js";
import { findReferences, type Reference } from "../sql/references.js";
import { rewriteQuery } from "../sql/result-columns.js";
import { renamed, unqualified } from "../sql/rewrite.js";
import { tokenize } from "../sql/tokenize.js";
import { PastView } from "./past-view.js";
import { ShadowTable } from "./shadow-table.js";

/** The number of files that SQLite attaches to one connection. */
export const MOST_ATTACHED = 10;

/**
 * A state in which single tables can also be read at other points in time, under names of the engine's. It has a
 * separate connection, which is closed after the query.
 */
export class MixedView extends PastView {
  /** The table or view that stands for a name at an SCN, by `name@scn`. */
  private readonly made = new Map<string, string>();
  private readonly sizes = new Map<string, number>();
  /** SCNs whose rewound copies are attached: reads at these use real tables. */
  private readonly attached = new Set<number>();
  private readonly epochs = new Map<number, Epoch>();

  /**
   * Attaches copies by SCN, in this order, as many as a connection can have. Views in a file that name `main` can't be
   * read when it is attached under another name; they are passed over. Call inside `within`, before anything is read.
   */
  attach(copies: readonly (readonly [number, string])[]): void {
    this.db.unsafeMode();
    this.db.pragma("writable_schema = ON");
    for (const [scn, copy] of copies.slice(0, MOST_ATTACHED)) {
      this.db.exec(`ATTACH ${literal(copy)} AS ${schemaOf(scn)}`);
      this.attached.add(scn);
      this.epochs.delete(scn);
    }
    this.db.pragma("writable_schema = OFF");
    this.db.unsafeMode(false);
  }

  /** Whether the file itself can show a state: retention has removed none of the history that it needs. */
  hasHistory(scn: number): boolean {
    return scn >= this.commits.horizon();
  }

  isAttached(scn: number): boolean {
    return this.attached.has(scn);
  }

  /** Whether the query reads the tables of the file directly. */
  get isWhole(): boolean {
    return super.shadowCount === 0 && this.headScn() === this.scn;
  }

  /**
   * Whether a name at an SCN means something that only a file has: one of SQLite's own tables, or a view that needs
   * one.
   */
  needsTables(name: string, scn: number): boolean {
    if (isCatalog(name)) return true;
    const epoch = this.epochOf(scn);
    const view = findView(epoch, name);
    if (!view) return false;
    const { tables, catalog } = needsOf(textOf(view.sql), epoch);
    return tables || catalog;
  }

  /** A name by which a table or view can be read as of an SCN. Call inside `within`. */
  shadow(name: string, scn: number): string {
    const key = `${foldName(name)}@${scn}`;
    const known = this.made.get(key);
    if (known) return known;
    if (isCatalog(name)) return catalogQuery(name, `${schemaOf(scn)}.${ident(foldName(name))}`);
    const epoch = this.epochOf(scn);
    const [table, view] = [findTable(epoch, name), findView(epoch, name)];
    if (!table && !view) {
      throw new HeliosError("SQL_NAME_NOT_FOUND", `no such table at that point in time: ${name}`, { table: name });
    }
    const readable =
      table && this.attached.has(scn) ? `${schemaOf(scn)}.${ident(table.name)}` : `_helios_at_${this.made.size}`;
    // Set before its definition is read: a view that reads itself is an error that SQLite reports.
    this.made.set(key, readable);
    if (view) this.showView(view, scn, readable);
    else if (!this.attached.has(scn)) this.showTable(table!, scn, epoch, readable);
    return readable;
  }

  private showTable(table: TableDef, scn: number, epoch: Epoch, readable: string): void {
    requireHistory(this.commits, scn);
    const indexes = epoch.objects.filter((object) => object.type === "index" && object.table === table.name);
    const stored = storedTable(this.db, table.uid)!;
    const shadow = new ShadowTable(this.db, table, stored, scn, indexes, readable.slice("_helios_".length));
    shadow.gather(scn, this.headScn());
    this.db.exec(`CREATE TEMP VIEW ${readable} AS ${shadow.select()}`);
    this.sizes.set(readable, shadow.rows);
    this.sizes.set(shadow.old, shadow.rows);
  }

  /**
   * A view reads the tables of its point in time: their names in its definition are replaced by the names that they
   * have here.
   */
  private showView(view: SchemaObject, scn: number, readable: string): void {
    const tokens = tokenize(view.sql);
    const references = findReferences(tokens);
    const [definition] = references.tables;
    const edits = references.tables.flatMap((table) => {
      const name = this.nameIn(view, table, scn);
      return name === null ? [] : [renamed(table, name)];
    });
    const text = rewriteQuery(view.sql, tokens, [...edits, ...unqualified(references.qualifiers)]);
    this.db.exec(`CREATE TEMP VIEW ${readable} ${text.slice(definition!.end)}`);
  }

  private nameIn(view: SchemaObject, { role, name, isExpression, isCall }: Reference, scn: number): string | null {
    if (role === "definition" || isExpression) return null;
    if (/^pragma_/i.test(name)) {
      throw new HeliosError(
        "INVALID_SQL",
        `The view "${view.name}" reads ${name}, which can't be combined with other points in time. Query the view alone, and send its point in time as as_of.`,
      );
    }
    if (isCall) return null;
    const epoch = this.epochOf(scn);
    if (isCatalog(name) || findTable(epoch, name) || findView(epoch, name)) return this.shadow(name, scn);
    // Reading it fails with a name from which the error message is made, but only if the view itself is read.
    return `main.${ident(`_helios_later_${name}`)}`;
  }

  private epochOf(scn: number): Epoch {
    let epoch = this.epochs.get(scn);
    if (!epoch) {
      epoch = epochAt(this.db, scn, this.attached.has(scn) ? schemaOf(scn) : "main");
      this.epochs.set(scn, epoch);
    }
    return epoch;
  }

  override get shadowCount(): number {
    return super.shadowCount + this.sizes.size;
  }

  override shadowed(): Map<string, number> {
    return new Map([...super.shadowed(), ...this.sizes]);
  }
}

function schemaOf(scn: number): string {
  return `_helios_at_${scn}_`;
}
