import type { Database } from "better-sqlite3";
import { UsageError } from "../../errors/exit-codes.js";
import { type Exact, integerOf, realOf } from "../values/exact.js";
import { jsonObjectText } from "../values/json-text.js";
import { ident, literal, sameName } from "../values/sql-text.js";
import type { Sampled } from "./csv.js";
import type { Rows } from "./source.js";

/** Bounds of one part. A value that is larger than them comes alone. */
const PART = { rows: 5_000, bytes: 4 * 1024 * 1024 };

interface Info {
  readonly name: string;
  readonly type: string;
  readonly pk: bigint;
  readonly hidden: bigint;
}

/** A table of a SQLite file: the one that is named so, or its only one. */
export async function openSqlite(file: string, wanted: string): Promise<Sampled & { readonly key: readonly string[] }> {
  const db = await openFile(file);
  const table = tableOf(db, file, wanted);
  const infos = db.prepare(`SELECT name, type, pk, hidden FROM pragma_table_xinfo(${literal(table)})`).all() as Info[];
  const columns = infos.filter(({ hidden }) => hidden === 0n);
  const names = columns.map(({ name }) => name);
  const count = db
    .prepare(`SELECT count(*) FROM ${ident(table)}`)
    .pluck()
    .get() as bigint;
  const text = jsonObjectText(names);
  const source = {
    values: "typed",
    unit: "record",
    size: Number(count),
    columns: names,
    isNamed: true,
    types: new Map(columns.map(({ name, type }) => [name, type])),
    rows: () => rowsOf(db, `SELECT ${names.map(ident).join(", ")} FROM ${ident(table)}`),
    badLines: { head: "", line: (values: readonly unknown[]) => `${text(values)}\n` },
  } as const;
  const keys = columns.filter(({ pk }) => pk > 0n).sort((one, other) => Number(one.pk - other.pk));
  return { source, sample: [], key: keys.map(({ name }) => name) };
}

async function openFile(file: string): Promise<Database> {
  // Loaded here, because no other command needs it.
  const { default: Sqlite } = await import("better-sqlite3");
  try {
    const db = new Sqlite(file, { readonly: true, fileMustExist: true }).defaultSafeIntegers(true);
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    return db;
  } catch (error) {
    throw new UsageError(`${file} can't be read as a SQLite file: ${(error as Error).message}.`);
  }
}

function tableOf(db: Database, file: string, wanted: string): string {
  const sql =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
  const tables = db.prepare(sql).pluck().all() as string[];
  const found = tables.find((name) => sameName(name, wanted)) ?? (tables.length === 1 ? tables[0] : undefined);
  if (found !== undefined) return found;
  const list = tables.length === 0 ? "It has no tables." : `It has: ${tables.join(", ")}.`;
  throw new UsageError(`${file} has no table "${wanted}". ${list} To import the whole file: helios branches upload`);
}

async function* rowsOf(db: Database, sql: string): AsyncGenerator<Rows> {
  let [values, places, bytes, read]: [Exact[][], number[], number, number] = [[], [], 0, 0];
  const problems = new Map<number, string>();
  try {
    for (const row of db.prepare(sql).raw().iterate() as Iterable<unknown[]>) {
      values.push(row.map(exactOf));
      places.push(++read);
      for (const value of row) bytes += sizeOf(value);
      if (values.length < PART.rows && bytes < PART.bytes) continue;
      yield { values, places, problems, read };
      [values, places, bytes] = [[], [], 0];
    }
    yield { values, places, problems, read };
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith("SQLITE_") !== true) throw error;
    yield { values, places, problems, read, failure: { place: read + 1, message: (error as Error).message } };
  } finally {
    db.close();
  }
}

function exactOf(value: unknown): Exact {
  if (typeof value === "bigint") return integerOf(value);
  return typeof value === "number" ? realOf(value) : (value as Exact);
}

function sizeOf(value: unknown): number {
  return 8 + (typeof value === "string" || value instanceof Uint8Array ? value.length : 0);
}
