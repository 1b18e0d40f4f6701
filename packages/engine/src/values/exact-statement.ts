import { type Connection, one, type Statement } from "../file/connection.js";
import { rewrite } from "../sql/rewrite.js";
import { tokenize } from "../sql/tokenize.js";
import type { SqliteValue } from "./sqlite-value.js";
import { bytesOfText, isBroken, mayBeBroken, textOfBytes } from "./text-bytes.js";

type Values = readonly (SqliteValue | undefined)[];

/** Prefixes of the bytes of a text and of a blob, to distinguish them. */
const [TEXT, BLOB] = ["t", "b"];

/**
 * One of the engine's own statements whose rows and parameters are user values: texts that are invalid UTF-8 keep their
 * bytes (text-bytes.ts). Rows are lists and integers bigints; parameters are written as `?`. Only values that may have
 * lost bytes are read again as bytes. Iterated rows must have an order without ties.
 */
export class ExactStatement {
  private readonly plain: Statement;
  private readonly variants = new Map<string, Statement>();

  constructor(
    private readonly db: Connection,
    private readonly sql: string,
  ) {
    this.plain = this.prepare(sql);
  }

  get(...params: Values): SqliteValue[] | undefined {
    const row = this.bound(params, false, (statement, values) => statement.get(...values)) as SqliteValue[] | undefined;
    if (!row || !this.isToReadAgain(row)) return row;
    return fromBytes(this.bound(params, true, (statement, values) => statement.get(...values)) as SqliteValue[]);
  }

  *iterate(...params: Values): Iterable<SqliteValue[]> {
    let read = 0;
    let isExact = true;
    for (const row of this.rows(params, false)) {
      isExact = !this.isToReadAgain(row);
      if (!isExact) break;
      read++;
      yield row;
    }
    if (isExact) return;
    for (const row of this.rows(params, true)) if (read-- <= 0) yield fromBytes(row);
  }

  run(...params: Values): void {
    this.bound(params, false, (statement, values) => statement.run(...values));
  }

  private rows(params: Values, asBytes: boolean): Iterable<SqliteValue[]> {
    return this.bound(params, asBytes, (statement, values) => statement.iterate(...values)) as Iterable<SqliteValue[]>;
  }

  private bound<T>(params: Values, asBytes: boolean, use: (statement: Statement, values: Values) => T): T {
    if (!params.some(isBroken)) return use(asBytes ? this.variant("", true) : this.plain, params);
    const broken = params.map((value) => (isBroken(value) ? "x" : "-")).join("");
    const values = params.map((value) => (isBroken(value) ? bytesOfText(value) : value));
    return use(this.variant(broken, asBytes), values);
  }

  /** In UTF-16, a text has other bytes, and any of them are valid text. */
  private isToReadAgain(row: readonly SqliteValue[]): boolean {
    return row.some(mayBeBroken) && one(this.db, "PRAGMA encoding") === "UTF-8";
  }

  private variant(broken: string, asBytes: boolean): Statement {
    const key = `${asBytes} ${broken}`;
    let statement = this.variants.get(key);
    if (!statement) {
      const sql = withBytes(this.sql, broken);
      statement = this.prepare(asBytes ? this.inBytes(sql) : sql);
      this.variants.set(key, statement);
    }
    return statement;
  }

  private prepare(sql: string): Statement {
    const statement = this.db.prepare(sql);
    return statement.reader ? statement.raw(true).safeIntegers(true) : statement;
  }

  private inBytes(sql: string): string {
    const names = this.plain.columns().map((_, i) => `c${i}`);
    const values = names.map(
      (name) =>
        `CASE typeof(${name}) WHEN 'text' THEN CAST('${TEXT}' || ${name} AS BLOB)
           WHEN 'blob' THEN CAST('${BLOB}' || ${name} AS BLOB) ELSE ${name} END`,
    );
    return `WITH _helios_exact (${names.join(", ")}) AS (${sql}) SELECT ${values.join(", ")} FROM _helios_exact`;
  }
}

/** The plus removes the type of the cast, so that a column is compared as with any bound value. */
function withBytes(sql: string, broken: string): string {
  if (broken === "") return sql;
  const places = tokenize(sql).filter(({ text }) => text === "?");
  return rewrite(
    sql,
    places.filter((_, i) => broken[i] === "x").map(({ start, end }) => ({ start, end, text: "+CAST(? AS TEXT)" })),
  );
}

function fromBytes(row: readonly SqliteValue[]): SqliteValue[] {
  return row.map((value) => {
    if (!Buffer.isBuffer(value)) return value;
    const bytes = value.subarray(1);
    return value[0] === TEXT.charCodeAt(0) ? textOfBytes(bytes) : bytes;
  });
}
