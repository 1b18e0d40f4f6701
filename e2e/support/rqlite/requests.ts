import type { Asked } from "./exchange.js";

/** Tables that every group of requests begins with. */
const TABLES = [
  "DROP TABLE IF EXISTS foo",
  "DROP TABLE IF EXISTS typed",
  "DROP VIEW IF EXISTS names",
  "CREATE TABLE foo (id INTEGER NOT NULL PRIMARY KEY, name TEXT UNIQUE, age INTEGER)",
  "CREATE TABLE typed (i BIGINT, r REAL, t VARCHAR(10), b BLOB, ok BOOLEAN, d DATE, at DATETIME, ts TIMESTAMP, n NUMERIC, x)",
  "INSERT INTO foo (name, age) VALUES ('fiona', 20), ('sinead', 24), ('bob', NULL)",
  "INSERT INTO typed VALUES (9223372036854775807, 1.5, 'text', X'00FF41', 1, '2024-01-02', '2024-01-02 03:04:05', 1700000000, 3, 7)",
  "INSERT INTO typed VALUES (-9223372036854775808, 3, NULL, X'', 0, '2024-02-30', '2024-01-02T03:04:05.125+02:00', 1700000000123, 2.50, 'x')",
  "INSERT INTO typed VALUES (0, -0.0, '<a>&', NULL, 5, 0, 'no time', -1, '12', 2.25)",
];

export const SETUP: Asked = { method: "POST", path: "/db/execute?transaction", body: JSON.stringify(TABLES) };

const json = (value: unknown) => JSON.stringify(value);
const post = (path: string, body: string): Asked => ({ method: "POST", path, body });
const execute = (body: unknown, flags = ""): Asked => post(`/db/execute${flags}`, json(body));
const query = (body: unknown, flags = ""): Asked => post(`/db/query${flags}`, json(body));
const request = (body: unknown, flags = ""): Asked => post(`/db/request${flags}`, json(body));
const get = (path: string): Asked => ({ method: "GET", path });
const ask = (sql: string, flags = "") => get(`/db/query?q=${encodeURIComponent(sql)}${flags}`);

const BODIES = [
  ...["[]", "", "{", "[", '["x"', '"x"', '{"a":1}', "[1]", "[[]]", "[[1,2]]", '["SELECT 1",{}]', "null", "[null]"],
  ...[
    '[""]',
    '["","SELECT 1",""]',
    '[["SELECT ?",[1]]]',
    '[["SELECT ?",{"a":{}}]]',
    '[["SELECT ?",1e400]]',
    '[["SELECT 1"]]',
  ],
];

const FLAGS = ["pretty", "timings", "associative", "blob_array", "transaction"];

/** Requests that were thought of, each with what it is about. */
export const TABLE: readonly Asked[] = [
  ...BODIES.flatMap((body) => ["execute", "query", "request"].map((name) => post(`/db/${name}`, body))),
  ...FLAGS.flatMap((flag) => [
    execute(["INSERT INTO foo (name) VALUES ('x')", "INSERT INTO nonsense", "SELECT 1"].slice(0, 2), `?${flag}`),
    execute(["DELETE FROM foo WHERE name = 'x'"], `?${flag}=false`),
    query(["SELECT * FROM typed", "SELECT * FROM foo WHERE 0", "SELECT nope FROM foo"], `?${flag}`),
    request(["SELECT name FROM foo", "UPDATE foo SET age = 1 WHERE id = 1", "SELECT * FROM absent"], `?${flag}`),
    ask("SELECT id, name FROM foo", `&${flag}`),
  ]),
  ...["none", "weak", "strong", "linearizable", "auto", "STRONG", "nonsense", ""].map((level) =>
    ask("SELECT count(*) FROM foo", `&level=${level}`),
  ),
  ...["timeout", "db_timeout", "freshness"].flatMap((name) =>
    ["2m", "1.5s", "10000ms", "1h30m", "0", "+5s", "5", "", "s", "1x", "1.s", ".5m", "5 s", "1m-2s"].map((value) =>
      ask("SELECT 1", `&${name}=${encodeURIComponent(value)}`),
    ),
  ),
  ...["1", "-1", "+3", "x", "", "1.5", "9223372036854775808"].map((value) => ask("SELECT 1", `&retries=${value}`)),
  ask("SELECT 1", "&freshness_strict"),
  ask("SELECT 1", "&freshness_strict&freshness=1s"),
  ask("SELECT 1", "&redirect&noleader&nonvoters&norwrandom&whatever=1"),
  ask("SELECT 1", "&q=SELECT+2"),
  ask("SELECT 1", "&pretty&pretty=2&timings"),
  ...["/db/query", "/db/query?q=", "/db/query?q=%zz", "/db/query?a;b", "/db/query?q=%", "/db/query?pretty"].map(get),
  post("/db/query?q=SELECT+2", json(["SELECT 1"])),
  post("/db/query?q=", json(["SELECT 1"])),
  ...["/db/execute", "/db/request", "/db/load", "/boot", "/snapshot"].map(get),
  ...["/db/query", "/db/execute", "/db/backup", "/status", "/nodes"].flatMap((path) =>
    ["PUT", "DELETE", "PATCH"].map((method) => ({ method, path })),
  ),
  ...["/db/nope", "/db", "/debug", "//status", "/db/query/x"].map(get),
  get("/"),
  get("/status?key=nope"),
  get("/status?key=build.version"),
  get("/status?key=store.ready.x"),
  { method: "POST", path: "/snapshot" },
  ...["/db/query", "/status"].map((path) => ({ method: "OPTIONS", path })),
  { method: "HEAD", path: "/db/query?q=SELECT+1" },
  { method: "PUT", path: "/debug/vars?key=nope" },
  get("/status/"),
  post("/boot", "this is no database at all, but long enough"),
  // Parameters.
  ...[
    ["SELECT ?", 1],
    ["SELECT ?, ?", 1],
    ["SELECT ?", 1, 2],
    ["SELECT ?"],
    ["SELECT 1", 1],
    ["SELECT ?, ?, ?, ?, ?", true, false, null, "é😀", 9223372036854775807n],
    ["SELECT ?, ?, ?", 1.5, 3, -0],
    ["SELECT :a, @a, $a", { a: 1 }, 2, 3],
    ["SELECT :a", { a: 5 }],
    ["SELECT :a", { ":a": 5 }],
    ["SELECT :a", { b: 5 }],
    ["SELECT :a, :b", { a: 1, b: "x" }],
    ["SELECT :a, :b", { a: 1 }],
    ["SELECT :a, ?", { a: 1 }, 2],
    ["SELECT ?2, ?1", 1, 2],
    ["SELECT ?1, ?1", 1],
    ["SELECT $2, $1", 1, 2],
    ["SELECT * FROM foo WHERE name = ? OR id = ?", "fiona", 3],
    ["SELECT typeof(?), typeof(?), typeof(?)", 5, 5.5, "5"],
  ].flatMap((statement) => [post("/db/query", exact([statement])), post("/db/request", exact([statement]))]),
  ...['[["SELECT ?", 1.0]]', '[["SELECT ?", 1e3]]', '[["SELECT ?", 9223372036854775808]]', '[["SELECT ?", -0]]'].map(
    (body) => post("/db/query", body),
  ),
  // Statements.
  ...[
    ['INSERT INTO foo (name, age) VALUES ("zoe", 20)'],
    ["INSERT INTO foo (name) VALUES ('fiona')"],
    ["INSERT INTO foo (id, name) VALUES (1, 'other')"],
    ["INSERT INTO foo (id) VALUES ('text')"],
    ["INSERT INTO nonsense"],
    ["nonsense"],
    ["INSERT INTO absent VALUES (1)"],
    ["INSERT INTO foo VALUES (1)"],
    ["INSERT INTO foo (nope) VALUES (1)"],
    ["UPDATE foo SET age = 30 WHERE name = 'sinead'", "UPDATE foo SET nope = 1", "DELETE FROM foo WHERE id = 99"],
    [
      "INSERT INTO foo (name) VALUES ('a1') RETURNING *",
      "INSERT INTO foo (name) VALUES ('a2') RETURNING id AS i, name",
    ],
    ["UPDATE foo SET age = age + 1 WHERE age > 0 RETURNING id, age"],
    ["DELETE FROM foo WHERE name LIKE 'a_' RETURNING name"],
    ["INSERT INTO foo (name) VALUES ('m1'); INSERT INTO foo (name) VALUES ('m2')"],
    ["REPLACE INTO foo (id, name) VALUES (50, 'fifty')"],
    ["INSERT INTO foo (id, name) VALUES (51, 'x') ON CONFLICT DO NOTHING"],
    ["WITH c AS (SELECT 60 AS id) INSERT INTO foo (id) SELECT id FROM c"],
    ["CREATE TABLE foo (id)"],
    ["CREATE TABLE IF NOT EXISTS foo (id)"],
    ["CREATE VIEW names AS SELECT name FROM foo", "DROP VIEW names"],
    ["DROP TABLE absent"],
    ["ALTER TABLE foo RENAME COLUMN nope TO x"],
    ["-- only a comment"],
    ["   "],
    [";"],
    ["BEGIN", "COMMIT"],
    ["PRAGMA cache_size = 100"],
    ["VACUUM"],
    ["ATTACH ':memory:' AS other", "DETACH other"],
    ["SELECT 1"],
    ["INSERT INTO foo (name) VALUES ('open"],
    ["SELECT 'it''s', \"fiona\", `x`"],
  ].map((statements) => execute(statements)),
  ...[
    "SELECT * FROM foo",
    "SELECT * FROM typed",
    "SELECT i FROM typed",
    "SELECT count(*), max(id), avg(age) FROM foo",
    "SELECT NULL, 1, 1.5, 'x', X'41'",
    "SELECT 3.0, 1e21, 1e-7, 123456789.125, 0.1, 1e300, -0.0",
    "SELECT 9223372036854775807, -9223372036854775808",
    "SELECT 9e999, -9e999",
    "SELECT '<>&', char(8232), char(8), char(9), char(10), char(127), '\"\\'",
    "SELECT '😀é'",
    "SELECT name AS a, age AS a FROM foo",
    'SELECT "fiona" FROM foo WHERE name = "fiona"',
    'SELECT name FROM sqlite_master WHERE type="table" ORDER BY name',
    "SELECT d, at, ts, ok FROM typed",
    "SELECT date(d), max(at) FROM typed",
    "SELECT x FROM typed ORDER BY rowid DESC",
    "SELECT b FROM typed",
    "SELECT t FROM typed WHERE 0",
    "WITH c AS (SELECT 1 AS n) SELECT n FROM c",
    "VALUES (1, 'a'), (2, 'b')",
    "PRAGMA table_info(foo)",
    "EXPLAIN QUERY PLAN SELECT * FROM foo WHERE id = 1",
    "INSERT INTO foo (name) VALUES ('q')",
    "DELETE FROM foo",
    "CREATE TABLE q (a)",
    "SELEC 1",
    "SELECT",
    "SELECT 1 1",
    "SELECT * FROM absent",
    "SELECT nope FROM foo",
    "SELECT nope()",
    "SELECT abs(-9223372036854775808)",
    "SELECT 'open",
    "SELECT 1; SELECT 2",
    "SELECT 1;",
    "SELECT json('{\"a\":1}'), json_extract('{\"a\":1}', '$.a')",
    "SELECT * FROM foo, foo",
    "SELECT CAST(X'414243' AS TEXT)",
    "SELECT replace('a\"b', '\"', '')",
  ].flatMap((sql) => [ask(sql), query([sql], "?associative"), request([sql], "?pretty")]),
  // Transactions.
  execute(["INSERT INTO foo (name) VALUES ('t1')", "INSERT INTO foo (name) VALUES ('t2')"], "?transaction"),
  execute(["INSERT INTO nonsense", "INSERT INTO foo (name) VALUES ('t4')"], "?transaction"),
  execute(
    ["INSERT INTO foo (name) VALUES ('t3')", "INSERT INTO foo (name) VALUES ('fiona')", "SELECT 1"],
    "?transaction",
  ),
  execute(["INSERT INTO foo (name) VALUES ('t5')", "INSERT INTO nonsense", "INSERT INTO foo (name) VALUES ('t6')"]),
  request(
    ["SELECT count(*) FROM foo", "INSERT INTO foo (name) VALUES ('t7')", "SELECT name FROM foo WHERE name LIKE 't%'"],
    "?transaction",
  ),
  request(["SELECT nope", "INSERT INTO foo (name) VALUES ('t8')", "SELECT 1"], "?transaction"),
  request(
    ["INSERT INTO foo (name) VALUES ('t9')", "INSERT INTO foo (name) VALUES ('fiona')", "SELECT 1"],
    "?transaction",
  ),
  query(["SELECT 1", "SELECT nope", "SELECT 2"], "?transaction"),
  query(["SELECT count(*) FROM foo WHERE name LIKE 't%'"]),
  execute(["INSERT INTO foo (name) VALUES ('q1')"], "?queue&wait"),
  execute(["INSERT INTO foo (name) VALUES ('q2')"], "?queue&wait&timings&pretty"),
  execute(
    [
      ["INSERT INTO foo (name, age) VALUES (?, ?)", "bulk1", 1],
      ["INSERT INTO foo (name, age) VALUES (:n, :a)", { n: "bulk2", a: 2 }],
    ],
    "?pretty&timings",
  ),
  // Scripts.
  post("/db/load", ""),
  post("/db/load", "CREATE TABLE IF NOT EXISTS lz (a); INSERT INTO lz VALUES (1); INSERT INTO lz VALUES (2)"),
  post("/db/load", "INSERT INTO absent VALUES (1)"),
  post("/db/load?pretty", "DROP TABLE lz"),
  // Differences that would show in later requests.
  query([`WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 10001) SELECT x FROM c`]),
  post("/db/query", "[\"SELECT '\\ud800'\"]"),
  execute(["CREATE TABLE child (foo REFERENCES foo (id))", "INSERT INTO child VALUES (12345)", "DROP TABLE child"]),
  execute(["INSERT INTO foo (name) VALUES ('m3'); INSERT INTO foo (name) VALUES ('fiona')"]),
  query(["SELECT count(*) FROM foo WHERE name = 'm3'"]),
  execute(["DELETE FROM foo WHERE name = 'm3'"]),
  request(["INSERT INTO absent VALUES (1)", "INSERT INTO foo (name) VALUES ('after')"], "?transaction"),
];

/** JSON with bigints. */
function exact(value: unknown): string {
  const text = JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `@${each}@` : each));
  return text.replace(/"@(-?\d+)@"/g, "$1");
}

/** Numbers from 0 to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Requests made up of parts. */
export function generated(count: number, seed: number): readonly Asked[] {
  const next = random(seed);
  const among = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  const some = <T>(all: readonly T[], chance: number) => all.filter(() => next() < chance);
  const value = () => among<unknown>([0, 1, 20, -7, 1.5, "fiona", "it's", "<é>", null, true, 4294967296n]);
  const column = () =>
    among(["id", "name", "age", "nope", "rowid", '"name"', '"x y"', "*", "count(*)", "age * 2", "upper(name)"]);
  const where = () =>
    among(["", " WHERE id = ?", " WHERE name = ?", " WHERE age > ? AND id < ?", ' WHERE name = "fiona"', " WHERE 0"]);
  const order = () => among(["", " ORDER BY id", " ORDER BY name DESC LIMIT 2"]);
  const withValues = (sql: string) => {
    const wanted = (sql.match(/\?/g) ?? []).length;
    const values = Array.from({ length: Math.max(0, wanted + among([0, 0, 0, 0, 1, -1])) }, value);
    return values.length === 0 && next() < 0.7 ? sql : [sql, ...values];
  };
  const read = () => {
    const columns = [column(), ...some([column()], 0.5)].join(", ");
    return withValues(`SELECT ${columns} FROM ${among(["foo", "foo", "foo", "absent"])}${where()}${order()}`);
  };
  const write = () =>
    withValues(
      among([
        "INSERT INTO foo (name, age) VALUES (?, ?)",
        "INSERT INTO foo (name) VALUES (?)",
        "INSERT OR IGNORE INTO foo (id, name) VALUES (?, ?)",
        "INSERT OR REPLACE INTO foo (id, age) VALUES (?, ?)",
        `UPDATE foo SET age = ?${where()}`,
        `DELETE FROM foo${among([" WHERE id = ?", " WHERE name = ?", " WHERE age > ? AND id < ?"])}`,
        "INSERT INTO foo (name) VALUES (?) RETURNING id, name",
        "INSERT INTO foo (nope) VALUES (?)",
        "UPDATE foo SET name = upper(name), age = age + 1 WHERE id < 3",
      ]),
    );
  return Array.from({ length: count }, (): Asked => {
    const flags = some(
      ["pretty", "timings", "associative", "blob_array", "transaction", "level=strong", "db_timeout=20s"],
      0.25,
    );
    const url = (path: string) => (flags.length === 0 ? path : `${path}?${flags.join("&")}`);
    const kind = among(["execute", "query", "request"] as const);
    const statements = Array.from({ length: 1 + Math.floor(next() * 3) }, () =>
      kind === "query" || (kind === "request" && next() < 0.5) ? read() : write(),
    );
    return post(url(`/db/${kind}`), exact(statements));
  });
}
