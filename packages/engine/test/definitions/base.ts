import type { Random } from "./random.js";
import { quoted } from "./schema.js";

const TABLES = ["t", "order", "my table", "naïve", 'quo"te', "log"];
const COLUMNS = ["a", "select", "col x", "é", 'q"c', "B"];
export const TYPES = ["", "INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB"];
const STRICT_TYPES = ["INTEGER", "TEXT", "REAL", "ANY", "BLOB"];
const ACTIONS = [
  "",
  "ON DELETE CASCADE",
  "ON DELETE SET NULL",
  "ON UPDATE CASCADE ON DELETE RESTRICT",
  "DEFERRABLE INITIALLY DEFERRED",
];
export const DEFAULTS = ["1", "'d'", "(1 + 1)", "NULL", "2.5", "-3", "x'00ff'"];

/** The statements that make a random schema, with what stands on its tables. */
export function baseSchema(random: Random): string[] {
  const names = TABLES.filter((_, i) => i < 2 || random.chance(40)).slice(0, 4);
  const made: { name: string; key: string | null }[] = [];
  const statements: string[] = [];
  for (const name of names) {
    const table = makeTable(random, name, made);
    statements.push(table.sql);
    made.push({ name, key: table.key });
    if (random.chance(50)) statements.push(indexOn(random, name, `i${made.length}`, table.columns));
  }
  const [first, second] = made;
  if (random.chance(60)) {
    statements.push(`CREATE VIEW v AS SELECT * FROM ${quoted(first!.name)}`);
    if (random.chance(50)) statements.push('CREATE VIEW "v of v" AS SELECT count(*) AS n FROM v');
    if (random.chance(40)) {
      statements.push(`CREATE TRIGGER "on v" INSTEAD OF DELETE ON v BEGIN DELETE FROM ${quoted(second!.name)}; END`);
    }
  }
  if (random.chance(40)) {
    statements.push(
      "CREATE TABLE seen (what TEXT, n)",
      `CREATE TRIGGER watch AFTER ${random.pick(["INSERT", "DELETE", "UPDATE"])} ON ${quoted(second!.name)}
         BEGIN INSERT INTO seen VALUES ('x', (SELECT count(*) FROM ${quoted(first!.name)})); END`,
    );
  }
  return statements;
}

export interface NewTable {
  readonly sql: string;
  readonly columns: readonly string[];
  /** The column by which others can refer to it. */
  readonly key: string | null;
}

export function makeTable(
  random: Random,
  name: string,
  parents: readonly { name: string; key: string | null }[],
): NewTable {
  const columns = COLUMNS.filter((_, i) => i < 2 || random.chance(25));
  const kind = random.below(8);
  const isStrict = random.chance(15);
  const types = isStrict ? STRICT_TYPES : TYPES;
  const parts: string[] = [];
  const constraints: string[] = [];
  let key: string | null = null;
  let isWithoutRowid = false;
  if (kind <= 2) {
    key = "id";
    parts.push(`id INTEGER PRIMARY KEY${kind === 1 ? " AUTOINCREMENT" : ""}`);
  } else if (kind <= 4) {
    key = "k";
    parts.push(
      `k TEXT PRIMARY KEY${random.chance(40) ? " COLLATE NOCASE" : ""}${random.chance(40) ? " NOT NULL" : ""}`,
    );
    isWithoutRowid = random.chance(40);
  } else if (kind <= 6) {
    parts.push("k1 INTEGER", "k2 TEXT");
    constraints.push("PRIMARY KEY (k1, k2)");
    isWithoutRowid = random.chance(60);
  }
  for (const [i, column] of columns.entries()) parts.push(columnDefinition(random, column, random.pick(types), i > 0));
  if (random.chance(35)) {
    const from = quoted(columns[0]!);
    const stored = random.chance(50) ? "STORED" : "VIRTUAL";
    parts.push(`g ${isStrict ? "TEXT" : ""} AS (typeof(${from}) || '!') ${stored}`);
  }
  const parent = random.any(parents.filter((each) => each.key !== null));
  if (parent && random.chance(60)) {
    const type = parent.key === "id" ? "INTEGER" : "TEXT";
    parts.push(`ref ${type} REFERENCES ${quoted(parent.name)} ${random.pick(ACTIONS)}`);
  }
  if (key !== null && random.chance(25)) {
    parts.push(`up ${key === "id" ? "INTEGER" : "TEXT"} REFERENCES ${quoted(name)} (${key})`);
  }
  if (random.chance(30)) constraints.push(constraintOn(random, name, columns));
  if (random.chance(20)) constraints.push(`UNIQUE (${quoted(columns[0]!)}, ${quoted(columns[1]!)})`);
  const options = [...(isWithoutRowid ? ["WITHOUT ROWID"] : []), ...(isStrict ? ["STRICT"] : [])].join(", ");
  const sql = `CREATE TABLE ${quoted(name)} (${[...parts, ...constraints].join(", ")}) ${options}`;
  return { sql, columns, key };
}

export function columnDefinition(random: Random, name: string, type: string, mayBeNeeded: boolean): string {
  const words = [quoted(name), type];
  if (random.chance(25)) words.push("COLLATE NOCASE");
  if (random.chance(30)) words.push(`DEFAULT ${random.pick(DEFAULTS)}`);
  else if (mayBeNeeded && random.chance(15)) words.push("NOT NULL DEFAULT 0");
  if (random.chance(10)) words.push("UNIQUE");
  return words.join(" ");
}

export function constraintOn(random: Random, table: string, columns: readonly string[]): string {
  const column = quoted(random.pick(columns));
  return random.pick([
    `CHECK (${column} IS NULL OR ${column} <> 'bad')`,
    `CONSTRAINT named CHECK (${quoted(table)}.${column} IS NOT 'bad')`,
    `CONSTRAINT "on it" CHECK (${column} IS NOT 'worse')`,
  ]);
}

export function indexOn(random: Random, table: string, name: string, columns: readonly string[]): string {
  const [a, b] = [quoted(random.pick(columns)), quoted(random.pick(columns))];
  const on = `INDEX ${quoted(name)} ON ${quoted(table)}`;
  return random.pick([
    `CREATE ${on} (${a})`,
    `CREATE UNIQUE ${on} (${a}, ${b}) WHERE ${a} = 'one'`,
    `CREATE ${on} (lower(${a}), ${b} DESC)`,
    `CREATE ${on} (${a} COLLATE NOCASE) WHERE ${b} IS NOT NULL`,
  ]);
}
