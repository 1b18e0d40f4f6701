import fc from "fast-check";

/** One step on one of several branches: what is done, and two numbers that say to what. */
export interface SchemaStep {
  readonly branch: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

/** The tables before any branch is made: one for each kind of key, with what depends on them. */
export const SCHEMA = [
  "CREATE TABLE ints (id INTEGER PRIMARY KEY, a, b)",
  "CREATE TABLE texts (k TEXT PRIMARY KEY, a, b)",
  "CREATE TABLE loose (a, b)",
  "CREATE INDEX ints_a ON ints (a)",
  "CREATE VIEW first AS SELECT a FROM ints",
  "INSERT INTO ints VALUES (0, 1, 1), (1, 2, 2), (2, 3, 3)",
  "INSERT INTO texts VALUES ('k0', 1, 1), ('k1', 2, 2)",
  "INSERT INTO loose VALUES (1, 1), (1, 1), (2, 2)",
];

/** Few names, so that both sides often mean the same column. */
const COLUMNS = ["a", "b", "c", "d"];

type Make = (a: number, b: number, value: string) => string[];

/** Writes come several times over: most of what happens to a table is that its rows change. */
const CHANGES: readonly Make[] = [
  (a, b, value) => [`UPDATE ints SET ${COLUMNS[a]} = ${value} WHERE id = ${b}`],
  (a, b, value) => [`UPDATE ints SET ${COLUMNS[b]} = ${value} WHERE id = ${a}`],
  (_, b, value) => [`UPDATE ints SET a = ${value}, b = ${value} WHERE id = ${b}`],
  (_, b, value) => [`INSERT INTO ints (id, a) VALUES (${b + 1}, ${value})`],
  (_, b) => [`DELETE FROM ints WHERE id = ${b}`],
  (a, b) => [`UPDATE ints SET id = ${a + 10} WHERE id = ${b}`],
  (a, b, value) => [`UPDATE texts SET ${COLUMNS[a]} = ${value} WHERE k = 'k${b}'`],
  (_, b, value) => [`INSERT INTO texts (k, a) VALUES ('k${b}', ${value})`],
  (_, b) => [`DELETE FROM texts WHERE k = 'k${b}'`],
  (a) => [`INSERT INTO loose (a) VALUES ('x${a}')`],
  (a, b, value) => [`UPDATE loose SET ${COLUMNS[a]} = ${value} WHERE rowid = ${b}`],
  (_, b) => [`DELETE FROM loose WHERE rowid = ${b}`],
  (a) => [`ALTER TABLE ints ADD COLUMN ${COLUMNS[a]} TEXT DEFAULT 'd'`],
  (a) => [`ALTER TABLE ints DROP COLUMN ${COLUMNS[a]}`],
  (a, b) => [`ALTER TABLE ints RENAME COLUMN ${COLUMNS[a]} TO ${COLUMNS[b]}`],
  (a) => [`ALTER TABLE texts ADD COLUMN ${COLUMNS[a]} DEFAULT 3`],
  (a, b) => [`ALTER TABLE texts RENAME COLUMN ${COLUMNS[a]} TO ${COLUMNS[b]}`],
  (a) => [`ALTER TABLE loose ADD COLUMN ${COLUMNS[a]} DEFAULT 2.5`],
  (a) => [`ALTER TABLE loose DROP COLUMN ${COLUMNS[a]}`],
  (a) => [`CREATE TABLE new${a % 2} (id INTEGER PRIMARY KEY, a)`],
  (a, b, value) => [`INSERT INTO new${a % 2} VALUES (${b}, ${value})`],
  (a) => [`DROP TABLE new${a % 2}`],
  (a) => [`ALTER TABLE new${a % 2} RENAME TO new${1 - (a % 2)}`],
  () => ["ALTER TABLE loose RENAME TO loose2"],
  () => ["ALTER TABLE loose2 RENAME TO loose"],
  () => ["DROP TABLE loose"],
  () => ["ALTER TABLE ints RENAME TO aside", "ALTER TABLE texts RENAME TO ints", "ALTER TABLE aside RENAME TO texts"],
  () => [
    "CREATE TABLE rebuilt (id INTEGER PRIMARY KEY, a TEXT, b)",
    "INSERT INTO rebuilt (id, a, b) SELECT id, a, b FROM ints",
    "DROP TABLE ints",
    "ALTER TABLE rebuilt RENAME TO ints",
  ],
  (a, b) => [`CREATE INDEX i${a % 2} ON ints (${COLUMNS[b]})`],
  (a) => [`CREATE UNIQUE INDEX one_each ON ints (${COLUMNS[a]})`],
  (a) => [`DROP INDEX i${a % 2}`],
  (a) => ["DROP VIEW first", `CREATE VIEW first AS SELECT ${COLUMNS[a]} FROM ints`],
];

/** How many kinds of steps there are: each change, and merges beside them. */
const MERGES = 5;
export const schemaChange: fc.Arbitrary<SchemaStep> = fc.record({
  branch: fc.nat(2),
  kind: fc.nat(CHANGES.length + MERGES - 1),
  a: fc.nat(3),
  b: fc.nat(3),
});

/** The statements of a step, or null for a merge. Equal steps write equal values, on whatever branch. */
export function statementsOf({ kind, a, b }: SchemaStep): string[] | null {
  return CHANGES[kind]?.(a, b, `'v${a * 4 + b}'`) ?? null;
}
