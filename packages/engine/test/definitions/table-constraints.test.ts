import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { tableConstraints } from "../../dist/schema/table-constraints.js";

const TEXTS = [
  "CREATE TABLE t (a, b)",
  "CREATE TABLE t (a REFERENCES x, b REFERENCES x (y))",
  'CREATE TABLE "t(" ("a,(" TEXT UNIQUE, [b)] INT CONSTRAINT f REFERENCES "x(" ("y)"), UNIQUE ("a,(", [b)]))',
  "CREATE TABLE t ('a' TEXT UNIQUE, b, FOREIGN KEY ('a') REFERENCES 'x' ('y'))",
  "CREATE TABLE t (a INT CONSTRAINT n NOT NULL UNIQUE, b INT CONSTRAINT u UNIQUE CONSTRAINT f REFERENCES x ON DELETE SET NULL ON UPDATE CASCADE)",
  "CREATE TABLE t (a, b, CONSTRAINT k PRIMARY KEY (a) CONSTRAINT u UNIQUE (b, a) FOREIGN KEY (a, b) REFERENCES x (c, d) MATCH FULL DEFERRABLE INITIALLY DEFERRED UNIQUE (b))",
  "CREATE TABLE t (a DEFAULT (1 + (2)), b VARCHAR(10, 2) DEFAULT 'REFERENCES x', c AS (a || ')') STORED UNIQUE)",
  "CREATE TABLE t (a CHECK (a IN (1, 2)) REFERENCES x, b CHECK (b IN ('x')) UNIQUE, CONSTRAINT c CHECK (a <> b), CONSTRAINT u UNIQUE (a))",
  "CREATE TABLE t (unique_a UNIQUE, references_b, check_c, -- UNIQUE (references_b),\n constraint_d /* REFERENCES x */ REFERENCES y)",
  "CREATE TABLE t (a TEXT COLLATE NOCASE, b, UNIQUE (a COLLATE BINARY DESC, b ASC), UNIQUE (b) ON CONFLICT REPLACE)",
  "CREATE TABLE t (a INTEGER PRIMARY KEY, b REFERENCES t (a), FOREIGN KEY (a) REFERENCES t, FOREIGN KEY (b) REFERENCES x (a))",
];

/** SQLite's own lists, in the order of the text. */
function fromSqlite(sql: string) {
  const db = new Database(":memory:");
  try {
    db.exec(sql);
    const table = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .get();
    const keys = db
      .prepare(`SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq`)
      .all(table) as {
      id: number;
      table: string;
      from: string;
      to: string | null;
    }[];
    const foreignKeys = [...new Set(keys.map(({ id }) => id))].map((id) => {
      const parts = keys.filter((key) => key.id === id);
      return {
        table: parts[0]!.table,
        columns: parts.map(({ from }) => from),
        references: parts.flatMap(({ to }) => to ?? []),
      };
    });
    const indexes = db
      .prepare("SELECT name FROM pragma_index_list(?) WHERE origin = 'u' ORDER BY length(name), name")
      .pluck()
      .all(table);
    const columns = db.prepare("SELECT name FROM pragma_index_info(?)").pluck();
    return { foreignKeys, uniqueKeys: indexes.map((index) => columns.all(index)) };
  } finally {
    db.close();
  }
}

describe("the constraints of a table's text", () => {
  it.each(TEXTS)("are those that SQLite has: %s", (sql) => {
    const { foreignKeys, uniqueKeys } = tableConstraints(sql);
    expect({
      foreignKeys: foreignKeys.map(({ name: _, ...key }) => key),
      uniqueKeys: uniqueKeys.map(({ columns }) => columns),
    }).toEqual(fromSqlite(sql));
  });

  it("have the names that the text gives them", () => {
    const names = (sql: string) => {
      const { foreignKeys, uniqueKeys } = tableConstraints(sql);
      return [...foreignKeys, ...uniqueKeys].map(({ name }) => name);
    };
    expect(TEXTS.map(names)).toEqual([
      [],
      [null, null],
      ["f", null, null],
      [null, null],
      ["f", null, "u"],
      [null, "u", null],
      [null],
      [null, null, "u"],
      [null, null],
      [null, null],
      [null, null, null],
    ]);
  });

  it.each([
    ["CHECK (a IN ('x', 'y''z'))", ["x", "y'z"]],
    ["CHECK (A in ('x'))", ["x"]],
    ["CONSTRAINT c CHECK (a IN ('x','y'))", ["x", "y"]],
    ["CHECK (a IN (1, 2))", null],
    ["CHECK (a IN ('x', 2))", null],
    ["CHECK (a IN ())", null],
    ["CHECK (a NOT IN ('x'))", null],
    ["CHECK (a IN ('x') OR b)", null],
    ["CHECK (lower(a) IN ('x'))", null],
    ["CHECK (a IN ('x' || 'y'))", null],
  ] as const)("list the choices of %s", (check, values) => {
    const { choices } = tableConstraints(`CREATE TABLE t (a TEXT ${check}, b)`);
    expect(choices.map((each) => each.values)).toEqual(values === null ? [] : [values]);
  });
});
