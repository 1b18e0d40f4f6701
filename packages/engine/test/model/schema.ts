/** The tables of the model: every kind of key, with the constraints and triggers that make writes interesting. */
export const SCHEMA = [
  "CREATE TABLE ints (id INTEGER PRIMARY KEY, a, b UNIQUE)",
  "CREATE TABLE texts (name TEXT PRIMARY KEY COLLATE NOCASE, a, b)",
  "CREATE TABLE pairs (x INT, y TEXT, a, PRIMARY KEY (x, y)) WITHOUT ROWID",
  "CREATE TABLE loose (v, w)",
  "CREATE TABLE autos (id INTEGER PRIMARY KEY AUTOINCREMENT, a)",
  "CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES ints (id) ON DELETE CASCADE ON UPDATE CASCADE, a)",
  "CREATE TABLE checked (id INTEGER PRIMARY KEY, a CHECK (a IS NULL OR a < 1000000))",
  "CREATE INDEX ints_a ON ints (a)",
  "CREATE TRIGGER texts_gone AFTER DELETE ON texts BEGIN INSERT INTO loose VALUES (old.name, 'gone'); END",
  "CREATE VIEW both_kinds AS SELECT id, a FROM ints UNION ALL SELECT x, a FROM pairs",
];

export interface ModelTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Positions of the declared key; empty for none. */
  readonly key: readonly number[];
  readonly nocase: boolean;
  /** The key is the rowid, which SQLite gives out by itself. */
  readonly numbered?: boolean;
}

export const TABLES: readonly ModelTable[] = [
  { name: "ints", numbered: true, columns: ["id", "a", "b"], key: [0], nocase: false },
  { name: "texts", columns: ["name", "a", "b"], key: [0], nocase: true },
  { name: "pairs", columns: ["x", "y", "a"], key: [0, 1], nocase: false },
  { name: "loose", columns: ["v", "w"], key: [], nocase: false },
  { name: "autos", numbered: true, columns: ["id", "a"], key: [0], nocase: false },
  { name: "children", numbered: true, columns: ["id", "parent", "a"], key: [0], nocase: false },
  { name: "checked", numbered: true, columns: ["id", "a"], key: [0], nocase: false },
];
