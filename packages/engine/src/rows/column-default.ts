import { type Connection, openInMemory } from "../file/connection.js";
import { isSqliteFailure } from "../file/sqlite-error.js";
import { affinityOf } from "../schema/affinity.js";
import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import type { SqliteValue } from "../values/sqlite-value.js";

/**
 * The value that existing rows got when a column was added: from a default or a rebuild. SQLite itself evaluates it, in
 * a separate database. Undefined, which equals no value, if it can't be evaluated or if it varies.
 */
export function initialValue(column: ColumnDef): SqliteValue | undefined {
  const given = column.fill ?? column.defaultSql;
  return given === null ? null : defaultValue(given, column.declaredType);
}

/** The value of a default's text in a column of a type; undefined where it can't be known, or changes. */
export function defaultValue(given: string, declaredType: string): SqliteValue | undefined {
  const type = affinityOf(declaredType);
  const db = openInMemory();
  try {
    // SQLite refuses computed columns with expressions that vary with time or chance.
    const computed = valueIn(db, `${type} AS (${given}\n) STORED`);
    if (computed === CHANGES) return undefined;
    // If it is not an expression, it is a bare word, which SQLite takes for a string.
    const found = computed === INVALID ? valueIn(db, `${type} DEFAULT ${given}`) : computed;
    return found === INVALID || found === CHANGES ? undefined : found;
  } finally {
    db.close();
  }
}

const INVALID = Symbol("no definition");
const CHANGES = Symbol("another value at another time");

function valueIn(db: Connection, definition: string): SqliteValue | typeof INVALID | typeof CHANGES {
  try {
    db.exec(`DROP TABLE IF EXISTS made; CREATE TABLE made ("(row)", value ${definition})`);
    db.exec('INSERT INTO made ("(row)") VALUES (1)');
    return db.prepare("SELECT value FROM made").pluck().safeIntegers().get() as SqliteValue;
  } catch (error) {
    if (!isSqliteFailure(error)) throw error;
    return /non-deterministic/.test(error.message) ? CHANGES : INVALID;
  }
}

/** The initial values of a table's stored columns, each evaluated when it is first needed. */
export class InitialValues {
  private readonly known = new Map<number, SqliteValue | undefined>();
  private readonly columns: readonly ColumnDef[];

  constructor(table: TableDef) {
    this.columns = storedColumns(table);
  }

  /** By the column's index among the stored ones. */
  of(i: number): SqliteValue | undefined {
    if (!this.known.has(i)) this.known.set(i, initialValue(this.columns[i]!));
    return this.known.get(i);
  }

  /** True if a new row must be given the value explicitly, since the table's own default differs. */
  mustGive(i: number): boolean {
    return this.columns[i]!.fill !== undefined && this.of(i) !== undefined;
  }
}
