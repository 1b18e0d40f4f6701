import type { Kind } from "./kind.js";

const checked: Kind = {
  name: "checked",
  body: (self) => `(id INTEGER PRIMARY KEY, a CHECK (a IS NULL OR ${self}.a < 1000000))`,
  columns: ["id", "a"],
  key: [0],
  numbered: true,
  around: [
    { sql: `CREATE INDEX checked_half ON checked (a / 2) WHERE checked.a > 5` },
    { sql: "CREATE VIEW of_checked AS SELECT rowid AS r, main.checked.a + 1 AS a FROM main.checked" },
    { sql: "CREATE VIEW rowids AS SELECT rowid AS r, a FROM checked" },
    {
      sql: "CREATE VIEW over_views AS SELECT v.r, v.a, i.b FROM main.of_checked AS v JOIN main.ints AS i ON i.rowid = v.r",
      needs: ["ints"],
    },
  ],
  writes: [
    ({ key, v }) => `INSERT INTO checked VALUES (${key}, ${v}) ON CONFLICT DO UPDATE SET a = excluded.a`,
    ({ key, other, v }) => `UPDATE checked SET a = ${other === 0 ? 2000000 : v} WHERE id = ${key}`,
    ({ key }) => `DELETE FROM checked WHERE id = ${key}`,
  ],
  ddl: [
    ({ key }) => `ALTER TABLE checked RENAME COLUMN a TO a${key % 2}`,
    ({ key }) => `ALTER TABLE checked RENAME COLUMN a${key % 2} TO a`,
    ({ key, other }) => `ALTER TABLE checked ADD CONSTRAINT c${key % 2} CHECK (checked.id < ${other + 3})`,
    ({ key }) => `ALTER TABLE checked DROP CONSTRAINT c${key % 2}`,
    () => "ALTER TABLE checked ALTER COLUMN a SET NOT NULL",
    () => "ALTER TABLE checked ALTER COLUMN a DROP NOT NULL",
    ({ key }) => `CREATE ${key % 2 ? "UNIQUE" : ""} INDEX IF NOT EXISTS checked_i ON checked (a)`,
    () => "DROP INDEX IF EXISTS checked_i",
    ({ key }) =>
      `CREATE TRIGGER IF NOT EXISTS t${key % 3} AFTER UPDATE ON checked BEGIN INSERT INTO loose VALUES (new.id, ${key}); END`,
  ],
};

/** Two tables to SQLite, which folds the letters of ASCII alone; and two columns in each. */
const accented = (name: string): Kind => ({
  name,
  body: () => "(é INTEGER PRIMARY KEY, É, Ü UNIQUE)",
  columns: ["é", "É", "Ü"],
  key: [0],
  numbered: true,
  around: [{ sql: `CREATE VIEW "ü${name}" AS SELECT É, é FROM ${name}` }],
  writes: [
    ({ key, v }) => `INSERT INTO ${name} VALUES (${key}, ${v}, ${v})`,
    ({ key, v }) => `UPDATE ${name} SET É = ${v} WHERE é = ${key}`,
    ({ key, other }) => `UPDATE OR REPLACE ${name} SET Ü = ${other} WHERE é = ${key}`,
    ({ key }) => `DELETE FROM ${name} WHERE é = ${key}`,
  ],
  ddl: [
    ({ key }) => `ALTER TABLE ${name} ADD COLUMN ü${key} DEFAULT 'é'`,
    ({ key }) => `ALTER TABLE ${name} DROP COLUMN ü${key}`,
    ({ key }) => `ALTER TABLE ${name} RENAME COLUMN É TO ü${key}`,
    ({ key }) => `ALTER TABLE ${name} RENAME COLUMN ü${key} TO É`,
  ],
});

/** Names that need quotes, and such as look like words of the language or like names of the engine. */
const begin: Kind = {
  name: "begin",
  body: () => `("end" INTEGER PRIMARY KEY, "temp", "a""b" TEXT UNIQUE)`,
  columns: ["end", "temp", 'a"b'],
  key: [0],
  numbered: true,
  around: [
    {
      sql: `CREATE TRIGGER "case" AFTER UPDATE OF temp ON "begin" WHEN new.temp % 2 = 0
        BEGIN UPDATE begin SET "a""b" = CASE WHEN new.end > 3 THEN 'pragma_x' ELSE old.temp END WHERE end = new.end; END`,
    },
    { sql: `CREATE VIEW "select" AS SELECT "begin"."end" AS pragma_level, temp AS "rowid" FROM main."begin"` },
  ],
  writes: [
    ({ key, v }) => `INSERT INTO begin (end, temp, "a""b") VALUES (${key}, ${v}, ${v})`,
    ({ key, v }) => `UPDATE "begin" SET temp = ${v} WHERE "begin"."end" = ${key}`,
    ({ key, other }) => `UPDATE OR IGNORE [begin] SET [a"b] = 'pragma_${other}' WHERE end = ${key}`,
    ({ key }) => `DELETE FROM begin WHERE end = ${key}`,
  ],
};

const temp: Kind = {
  name: "temp",
  body: () => "(c PRIMARY KEY, main, sqlite INTEGER DEFAULT 7)",
  columns: ["c", "main", "sqlite"],
  key: [0],
  writes: [
    ({ key, v }) => `INSERT INTO temp (c, main) VALUES (${key}, ${v})`,
    ({ key, v }) => `UPDATE main.temp SET main = ${v} WHERE temp.c = ${key}`,
    ({ key, v }) => `UPDATE temp SET main = ${v} WHERE temp.c IN (SELECT temp.c FROM temp WHERE temp.c > ${key})`,
    ({ key }) => `DELETE FROM temp WHERE c = ${key}`,
  ],
};

/** One of the first SCNs of every history, so that tables can be called like the past of another. */
export const EARLY_SCN = 6;

/** What somebody may well call a copy of ints as it was then. */
const early: Kind = {
  name: `ints@${EARLY_SCN}`,
  body: () => "(id INTEGER PRIMARY KEY, a, b)",
  columns: ["id", "a", "b"],
  key: [0],
  numbered: true,
  writes: [
    ({ key, v }) => `INSERT INTO "ints@${EARLY_SCN}" VALUES (${key}, ${v}, ${v})`,
    ({ key, v }) => `UPDATE "ints@${EARLY_SCN}" SET a = ${v} WHERE id = ${key}`,
    ({ key }) => `DELETE FROM "ints@${EARLY_SCN}" WHERE id = ${key}`,
  ],
};

export const NAMES: readonly Kind[] = [checked, accented("É"), accented("é"), begin, temp, early];
