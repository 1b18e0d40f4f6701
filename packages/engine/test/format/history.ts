import type { Value } from "@heliosdb/port";
import type { TestDatabase } from "../support/test-database.js";

type Statement = string | { sql: string; params: Value[] };

/** Tables of every kind that the format tells apart, each with what makes its rows awkward to keep. */
const TABLES = [
  "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, age INT CHECK (age >= 0))",
  "CREATE TABLE tags (name TEXT COLLATE NOCASE PRIMARY KEY, note)",
  "CREATE TABLE prices (shop TEXT, item INT, price REAL, PRIMARY KEY (shop, item)) WITHOUT ROWID",
  "CREATE TABLE events (what, detail)",
  "CREATE TABLE tickets (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT)",
  "CREATE TABLE facts (id INTEGER PRIMARY KEY, body ANY, size INTEGER NOT NULL DEFAULT 0) STRICT",
  "CREATE TABLE boxes (id INTEGER PRIMARY KEY, w INT, h INT, area INT AS (w * h) STORED, half INT AS (w / 2) VIRTUAL)",
  `CREATE TABLE orders (id INTEGER PRIMARY KEY,
     person INTEGER REFERENCES people (id) ON DELETE CASCADE ON UPDATE CASCADE, total NUMERIC)`,
  "CREATE TABLE labels (id INTEGER PRIMARY KEY, tag TEXT REFERENCES tags (name) ON DELETE SET NULL, slot INT)",
  "CREATE TABLE scratch (a, b)",
  "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
  "CREATE TABLE wards (id INTEGER PRIMARY KEY, parent REFERENCES parents ON DELETE SET NULL)",
];

const OBJECTS = [
  "CREATE UNIQUE INDEX people_by_name ON people (name COLLATE NOCASE)",
  "CREATE UNIQUE INDEX one_slot ON labels (slot) WHERE slot IS NOT NULL",
  "CREATE INDEX unpaid ON orders (person) WHERE total IS NULL",
  "CREATE VIEW adults AS SELECT id, name FROM people WHERE age >= 18",
  "CREATE VIEW spending AS SELECT p.name, sum(o.total) AS total FROM people AS p JOIN orders AS o ON o.person = p.id GROUP BY p.id",
  `CREATE TRIGGER renamed AFTER UPDATE OF name ON people BEGIN
     INSERT INTO events VALUES ('renamed', old.name || ' to ' || new.name); END`,
  "CREATE TRIGGER ticket_gone AFTER DELETE ON tickets BEGIN INSERT INTO events VALUES ('closed', old.id); END",
];

/** One commit each. */
const FIRST_ROWS: readonly (readonly Statement[])[] = [
  [
    "INSERT INTO people VALUES (1, 'Ann', 'ann@example.com', 34), (2, 'Bob', NULL, 17), (3, 'Cid', 'cid@example.com', 52)",
  ],
  [
    "INSERT INTO tags VALUES ('Red', 1), ('green', 1.0), ('BLUE', NULL)",
    "INSERT INTO prices VALUES ('a', 1, 2), ('a', 2, 0.1), ('b', 1, 1e300)",
  ],
  ["INSERT INTO events VALUES ('start', 1), ('start', 1), (NULL, x'00ff')"],
  ["INSERT INTO tickets (title) VALUES ('one'), ('two'), ('three')"],
  [
    { sql: "INSERT INTO facts VALUES (1, ?, 8)", params: [9223372036854775807n] },
    { sql: "INSERT INTO facts VALUES (2, ?, 8)", params: [0.1] },
    { sql: "INSERT INTO facts VALUES (-5, ?, 4)", params: [Buffer.from("3q2+7w==", "base64")] },
  ],
  [
    "INSERT INTO boxes (id, w, h) VALUES (1, 2, 3), (2, 5, 7)",
    "INSERT INTO orders VALUES (1, 1, 10), (2, 1, NULL), (3, 2, 2.5)",
  ],
  ["INSERT INTO labels VALUES (1, 'red', 1), (2, 'GREEN', NULL)", "INSERT INTO scratch VALUES (1, 2)"],
  ["INSERT INTO parents VALUES (1), (2)", "INSERT INTO wards VALUES (1, 1), (2, 2), (3, NULL)"],
];

/** Updates, deletes, REPLACE and changes of keys, cascades and triggers among them. */
const CHANGES: readonly (readonly Statement[])[] = [
  ["UPDATE people SET name = 'Anna', age = 35 WHERE id = 1"],
  ["UPDATE people SET id = 20 WHERE id = 2"],
  ["DELETE FROM tickets WHERE id = 3"],
  ["REPLACE INTO people VALUES (4, 'cid', 'cid@example.org', 53)"],
  ["UPDATE tags SET name = 'RED' WHERE name = 'red'", "INSERT OR REPLACE INTO tags VALUES ('GREEN', 'again')"],
  ["UPDATE prices SET item = item + 10 WHERE shop = 'a'", "DELETE FROM prices WHERE shop = 'b'"],
  ["UPDATE boxes SET w = 9 WHERE id = 1", "DELETE FROM events WHERE what IS NULL"],
];

/** Changes to the schema that rewrite what is known of older rows. */
const ALTERATIONS: readonly (readonly Statement[])[] = [
  ["ALTER TABLE people ADD COLUMN city TEXT DEFAULT 'Rome'"],
  ["ALTER TABLE people RENAME COLUMN age TO years", "UPDATE people SET city = 'Oslo' WHERE id = 1"],
  ["ALTER TABLE boxes RENAME TO crates"],
  ["ALTER TABLE tags DROP COLUMN note"],
  ["DROP TABLE scratch"],
  ["DROP TABLE parents"],
  ["CREATE TABLE parents (id INTEGER PRIMARY KEY, made TEXT DEFAULT 'anew')", "INSERT INTO parents (id) VALUES (7)"],
  ["DROP INDEX unpaid", "CREATE INDEX by_person ON orders (person)"],
];

/** The SCNs of the history that the fixture is to be read at. */
export interface Milestones {
  readonly filled: number;
  readonly changed: number;
  readonly middle: number;
  readonly altered: number;
  readonly merged: number;
  readonly draft: number;
}

export const REPEATED_REQUEST = "fixture-request";

/** Plays the whole history: main, and a branch in every state that a branch can be in. */
export function playHistory(db: TestDatabase): Milestones {
  const play = (branch: string, commits: readonly (readonly Statement[])[]) =>
    commits.map((statements) => db.execute(branch, ...statements).scn).at(-1)!;
  play("main", [TABLES, OBJECTS]);
  const filled = play("main", FIRST_ROWS);
  db.branch("draft");
  const middle = play("main", CHANGES.slice(0, 4));
  const changed = play("main", CHANGES.slice(4));
  play("draft", [
    ["UPDATE people SET name = 'Annie', email = 'annie@example.com' WHERE id = 1"],
    ["INSERT INTO people VALUES (30, 'Dot', NULL, 20)", "INSERT INTO tags VALUES ('black', 0)"],
    ["DELETE FROM people WHERE id = 3", "UPDATE prices SET price = 3 WHERE shop = 'b'"],
    ["INSERT INTO events VALUES ('start', 1), ('draft', 1)", "INSERT INTO tickets (title) VALUES ('drafted')"],
    ["ALTER TABLE orders ADD COLUMN paid INT NOT NULL DEFAULT 0", "UPDATE orders SET paid = 1 WHERE id = 1"],
    ["CREATE TABLE drafts (id TEXT PRIMARY KEY, body)", "INSERT INTO drafts VALUES ('a', 1), (NULL, 2), (NULL, 2)"],
  ]);
  db.branch("nested", "draft");
  play("nested", [["UPDATE drafts SET body = 5 WHERE id = 'a'", "DELETE FROM people WHERE id = 30"]]);
  const altered = play("main", ALTERATIONS);
  db.branch("done");
  play("done", [
    ["UPDATE people SET years = 36 WHERE id = 1", "INSERT INTO tickets (title) VALUES ('by a branch')"],
    ["DELETE FROM orders WHERE id = 3", "INSERT INTO events VALUES ('done', 0)"],
  ]);
  db.branch("gone");
  play("gone", [["INSERT INTO labels VALUES (9, NULL, 9)"]]);
  play("main", [["UPDATE people SET city = 'Bern' WHERE id = 1"]]);
  db.merge("gone", "main", "auto", { deleteSource: true });
  const merged = db.merge("done", "main", "manual", { requestId: "fixture-merge" }).scn;
  db.branch("frozen", "main", undefined);
  db.writer.control({ op: "createBranch", request: { name: "read-only", parent: "main", readOnly: true } });
  db.writer.control({ op: "createBranch", request: { name: "following", parent: "main", isolated: false } });
  db.branch("early", "main", { kind: "scn", scn: changed });
  db.branch("early-draft", "draft", { kind: "scn", scn: filled + 1 });
  const request = { branch: "main", author: "fixture", requestId: REPEATED_REQUEST };
  db.write({
    op: "execute",
    request: { ...request, statements: [{ sql: "DELETE FROM tickets WHERE title = 'two'" }] },
  });
  db.branch("idle");
  playRecords(db, changed);
  playEvents(db);
  const draft = play("draft", [["UPDATE people SET name = 'Anni' WHERE id = 1"]]);
  return { filled, middle, changed, altered, merged, draft };
}

/** What format 2 of the record can hold besides: kept states, branches that were reset or restored, and their settings. */
function playRecords(db: TestDatabase, changed: number): void {
  const at = { kind: "scn", scn: changed } as const;
  const by = { author: "fixture" } as const;
  db.control({ op: "createSnapshot", request: { ...by, branch: "main", at, name: "kept", description: "a release" } });
  db.branch("was-reset");
  db.execute("was-reset", "DELETE FROM people");
  db.control({ op: "resetBranch", request: { ...by, branch: "was-reset", to: "self", at, message: "start over" } });
  db.execute("was-reset", "INSERT INTO events VALUES ('after the reset', 1)");
  db.branch("restored");
  db.restore("restored", at, { backup: {}, message: "back to before" });
  const metadata = { owner: "fixture", numbers: [1, 2] };
  db.control({ op: "updateBranch", request: { branch: "restored", displayName: "A restored branch", metadata } });
}

/** What format 3 of the record can hold besides: what became of branches. */
function playEvents(db: TestDatabase): void {
  const { id } = db.branch("named");
  const update = (change: object) => db.control({ op: "updateBranch", request: { branch: id, ...change } });
  db.execute("named", "INSERT INTO events VALUES ('before the new name', 1)");
  update({ name: "renamed" });
  update({ isProtected: true });
  update({ isProtected: false });
  db.control({ op: "deleteBranch", request: { branch: id } });
  db.control({ op: "undeleteBranch", request: { id } });
  db.execute("renamed", "INSERT INTO events VALUES ('after it', 1)");
}
