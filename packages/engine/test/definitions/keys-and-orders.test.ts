import { afterEach, beforeEach, describe, it } from "vitest";
import { World } from "./world.js";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.dispose());

const rebuild = (table: string, definition: string) => [
  `CREATE TABLE n ${definition}`,
  `INSERT INTO n SELECT * FROM ${table}`,
  `DROP TABLE ${table}`,
  `ALTER TABLE n RENAME TO ${table}`,
];
const PLAIN = "(id INTEGER PRIMARY KEY, a, b)";
const RETYPED = "(id INTEGER PRIMARY KEY, a TEXT, b)";
const exchange = ["ALTER TABLE t RENAME TO x", "ALTER TABLE u RENAME TO t", "ALTER TABLE x RENAME TO u"];

const ORDERS: Record<string, string[]> = {
  "a rebuild and a new name": [...rebuild("t", PLAIN), "ALTER TABLE t RENAME TO u2"],
  "two rebuilds": [...rebuild("t", RETYPED), ...rebuild("t", "(id INTEGER PRIMARY KEY, a, c)")],
  "rebuilds of two tables, each from the other": [
    `CREATE TABLE n1 ${PLAIN}`,
    "INSERT INTO n1 SELECT * FROM u",
    `CREATE TABLE n2 ${PLAIN}`,
    "INSERT INTO n2 SELECT * FROM t",
    "DROP TABLE t",
    "DROP TABLE u",
    "ALTER TABLE n1 RENAME TO t",
    "ALTER TABLE n2 RENAME TO u",
  ],
  "a table made twice": [
    "DROP TABLE t",
    "CREATE TABLE t (x)",
    "DROP TABLE t",
    `CREATE TABLE t ${PLAIN}`,
    "INSERT INTO t VALUES (1, 'new', 1)",
  ],
  "a key with another name": rebuild("t", "(key INTEGER PRIMARY KEY, a, b)"),
  "names in another case": rebuild("T", "(ID INTEGER PRIMARY KEY, A, B)"),
  "a column called rowid": rebuild("t", "(id INTEGER PRIMARY KEY, a, rowid)"),
  "writes before and after": [
    "UPDATE t SET a = 'w' WHERE id = 2",
    "DELETE FROM t WHERE id = 1",
    ...rebuild("t", PLAIN),
    "INSERT INTO t VALUES (1, 'again', 0)",
    "UPDATE t SET b = 7 WHERE id = 2",
    "DELETE FROM t WHERE id = 3",
  ],
  "an exchange of names, then a rebuild": [...exchange, ...rebuild("t", RETYPED)],
  "a rebuild, then an exchange of names": [...rebuild("t", RETYPED), ...exchange],
  "a table in the place of a dropped one": ["DROP TABLE t", "ALTER TABLE u RENAME TO t"],
};

const WAYS: Record<string, (batch: string[]) => string[][]> = {
  "in one commit": (batch) => [batch],
  "in one commit, foreign keys off": (batch) => [["PRAGMA foreign_keys = OFF", ...batch]],
  "in a commit for each statement": (batch) => batch.map((sql) => [sql]),
};

describe.each(Object.entries(WAYS))("a branch that is changed %s", (_, commits) => {
  it.each(Object.entries(ORDERS))("keeps its past, merges, and goes back: %s", (_name, batch) => {
    world.commit("main", [`CREATE TABLE t ${PLAIN}`, `CREATE TABLE u ${PLAIN}`]);
    world.commit("main", ["INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)"]);
    world.commit("main", ["INSERT INTO u VALUES (1, 'ua', 1), (9, 'ub', 2)", "DELETE FROM t WHERE id = 3"]);
    world.commit("main", ["INSERT INTO t VALUES (3, 'cc', 3)"]);
    world.branch("dev", "main");
    for (const statements of commits(batch)) world.commit("dev", statements);
    world.commit("main", ["INSERT INTO t VALUES (4, 'm', 4)"]);
    world.checkPast(0);
    world.merge("dev", "main", "manual");
    world.checkPast(1);
    world.restore("dev", 0);
    world.restore("dev", 1);
    world.prune();
    world.checkPast(2);
  });
});

const KEYS = [
  "(id INTEGER PRIMARY KEY, a, b TEXT)",
  "(id INTEGER PRIMARY KEY AUTOINCREMENT, a, b TEXT)",
  "(id TEXT PRIMARY KEY, a, b TEXT)",
  "(id INT PRIMARY KEY, a, b TEXT)",
  "(id, a, b TEXT)",
  "(id TEXT PRIMARY KEY COLLATE NOCASE, a, b TEXT) WITHOUT ROWID",
  "(id INT PRIMARY KEY, a, b TEXT) WITHOUT ROWID",
  "(id, a, b TEXT, PRIMARY KEY (a, id)) WITHOUT ROWID",
];

it.each(KEYS.flatMap((from) => KEYS.map((to): [string, string] => [from, to])))(
  "a table may be rebuilt with another key: %s, %s",
  (from, to) => {
    world.commit("main", [`CREATE TABLE t ${from}`]);
    world.commit("main", ["INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)"]);
    world.commit("main", ["DELETE FROM t WHERE a = 'c'"]);
    world.commit("main", ["INSERT INTO t VALUES (3, 'cc', 3)"]);
    world.branch("dev", "main");
    world.commit("dev", rebuild("t", to));
    world.commit("dev", ["UPDATE t SET b = 'new' WHERE a = 'a'"]);
    world.commit("main", ["INSERT INTO t VALUES (4, 'm', 4)"]);
    world.checkPast(0);
    world.merge("dev", "main", "manual");
    world.restore("dev", 0);
    world.checkPast(2);
  },
);
