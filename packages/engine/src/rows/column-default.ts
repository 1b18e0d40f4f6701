import { type Connection, openInMemory } from "../file/connection.js";
import { isSqliteFailure } from "../file/sqlite-error.js";
import { affinityOf } from "../schema/affinity.js";
import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import type { SqliteValue } from "../values/sqlite-value.js";

/**
 * The value that rows have in a column that was added after them: what they were given then, by a default or a rebuild.
 * SQLite itself works it out, in a database of its own; undefined, which equals no value, where it can't, or where it
 * would be another one at another time.
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
    // SQLite computes no column from what changes with time or chance.
    const computed = valueIn(db, `${type} AS (${given}\n) STORED`);
    if (computed === CHANGES) return undefined;
    // What is no expression is a bare word, which SQLite takes for a text.
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

/** The initial values of a table's stored columns, each worked out when it is first asked for. */
export class InitialValues {
  private readonly known = new Map<number, SqliteValue | undefined>();
  private readonly columns: readonly ColumnDef[];

  constructor(table: TableDef) {
    this.columns = storedColumns(table);
  }

  /** By the column's place among the stored ones. */
  of(i: number): SqliteValue | undefined {
    if (!this.known.has(i)) this.known.set(i, initialValue(this.columns[i]!));
    return this.known.get(i);
  }

  /** True where a new row must be given the value, since the table's own default is another. */
  mustGive(i: number): boolean {
    return this.columns[i]!.fill !== undefined && this.of(i) !== undefined;
  }
}
