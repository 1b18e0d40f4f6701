import type { Connection } from "../../file/connection.js";
import { type ColumnDef, type Epoch, storedColumns, type TableDef } from "../../schema/model.js";
import { sameName } from "../../sql/names.js";

/** Prefix of names in _helios_meta under which it is recorded that two ids mean the same: `same:T:S`, `same:T:c:d`. */
const PREFIX = "same:";

/**
 * Which tables and columns are the same. Most have one uid on every branch. Those that were made identically on two
 * branches have two; the merge that finds them records it in the target's file, together with all such records of the
 * source's file.
 */
export class SchemaIdentity {
  private readonly facts = new Set<string>();
  private tables = new Groups();
  private columns = new Groups();

  constructor(
    private readonly target: Connection,
    source: Connection,
  ) {
    for (const db of [target, source]) {
      const names = db
        .prepare("SELECT name FROM main._helios_meta WHERE name >= ? AND name < ?")
        .pluck()
        .all(PREFIX, "same;") as string[];
      for (const name of names) this.facts.add(name.slice(PREFIX.length));
    }
    this.group();
  }

  /** Stores these records in the target's file. Runs inside the merge's transaction. */
  save(): void {
    const put = this.target.prepare("INSERT OR IGNORE INTO main._helios_meta VALUES (?, NULL)");
    for (const fact of this.facts) put.run(PREFIX + fact);
  }

  /** A table's counterpart in an epoch. */
  table(epoch: Pick<Epoch, "tables">, table: TableDef): TableDef | undefined {
    return (
      epoch.tables.find((other) => other.uid === table.uid) ??
      epoch.tables.find((other) => this.tables.same(other.uid, table.uid))
    );
  }

  /** A column's counterpart in another version of its table. */
  column(table: TableDef, column: ColumnDef): ColumnDef | undefined {
    const group = this.tables.of(table.uid);
    return (
      table.columns.find((other) => other.uid === column.uid) ??
      table.columns.find((other) => this.columns.same(`${group}:${other.uid}`, `${group}:${column.uid}`))
    );
  }

  /** All uids that a table is known to have, on whatever branch. */
  uidsOf({ uid }: TableDef): string[] {
    const known = [...this.facts].map((fact) => fact.split(":")).filter(({ length }) => length === 2);
    return [uid, ...new Set(known.flat().filter((other) => other !== uid && this.tables.same(other, uid)))];
  }

  /** Joins two tables with the same definition, and therefore their columns. */
  joinTables(here: TableDef, there: TableDef): void {
    this.facts.add(`${here.uid}:${there.uid}`);
    for (const column of here.columns) {
      const other = there.columns.find((each) => sameName(each.name, column.name));
      if (other) this.facts.add(`${here.uid}:${column.uid}:${other.uid}`);
    }
    this.group();
  }

  joinColumns(table: TableDef, here: ColumnDef, there: ColumnDef): void {
    this.facts.add(`${table.uid}:${here.uid}:${there.uid}`);
    this.group();
  }

  private group(): void {
    this.tables = new Groups();
    this.columns = new Groups();
    const facts = [...this.facts].map((fact) => fact.split(":") as [string, string, string?]);
    for (const [a, b, column] of facts) if (column === undefined) this.tables.join(a, b);
    for (const [table, a, b] of facts) {
      const group = this.tables.of(table);
      if (b !== undefined) this.columns.join(`${group}:${a}`, `${group}:${b}`);
    }
  }
}

/** Groups of names; two are the same if a chain of pairs leads from one to the other. */
class Groups {
  private readonly parents = new Map<string, string>();

  of(name: string): string {
    let at = name;
    for (let next = this.parents.get(at); next !== undefined; next = this.parents.get(at)) at = next;
    return at;
  }

  same(a: string, b: string): boolean {
    return this.of(a) === this.of(b);
  }

  join(a: string, b: string): void {
    const [from, to] = [this.of(a), this.of(b)];
    if (from !== to) this.parents.set(from, to);
  }
}

/** True for two tables with the same name and key, so that rows of one can be looked up in the other. */
export function isReplacement(table: TableDef, earlier: TableDef): boolean {
  return (
    sameName(table.name, earlier.name) &&
    (table.rowidColumn === null) === (earlier.rowidColumn === null) &&
    table.primaryKey.length === earlier.primaryKey.length &&
    table.primaryKey.every((column, i) => sameName(column, earlier.primaryKey[i]!))
  );
}

export function storedColumnNamed(table: TableDef, name: string): ColumnDef | undefined {
  return storedColumns(table).find((column) => sameName(column.name, name));
}
