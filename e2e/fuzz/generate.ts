import { type DocumentedOperation, OPERATIONS, resolved, type Schema, type Surface } from "./document.js";

/** A request as it is sent. */
export interface FuzzRequest {
  readonly operation: DocumentedOperation;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export const SPEC = "application/vnd.heliosdb.v1+json";
const LITE = "application/vnd.heliosdb.lite.v1+json";

const BRANCHES = [
  "main",
  "dev",
  "work",
  "other",
  "nope",
  "br_aaaaaaaaaaaaaaaa",
  "a%2Fb",
  "..%2F..%2Fetc",
  "%00",
  "%E2%82%AC",
  "main%27--",
  "x".repeat(300),
];
/** Branches as Helium's paths have them. */
const SCHEMAS = ["main", "dev", "main@scn:3", "main@scn:999999999", "main@x", "@", "dev@snapshot:snap_3"];
const TABLES = [
  "users",
  "orders",
  "seen",
  "nope",
  "sqlite_schema",
  "_helios_commits",
  "users%22",
  "a%3Bb",
  "%F0%9F%98%80",
];
const FILTERS = [
  "true",
  "id > 1",
  "name = 'Ann' OR 1=1",
  "1) OR (1=1",
  "1; DROP TABLE users",
  "1 --",
  "id = $1",
  "(",
  "",
  " ",
  "/*",
  "id IN (SELECT id FROM orders)",
  "abs(-9223372036854775808)",
  "nope = 1",
  "_helios_x",
  "name LIKE '%' ESCAPE 'ab'",
  "\0",
  "🙂",
];
const HELIUM_FILTERS = [
  '[{"op":"gt","param":"id","value":"1"}]',
  '[{"op":"is","param":"name","value":"null"}]',
  '[{"op":"eq","param":"nope","value":true}]',
  '[{"op":"like","param":"id","value":"1"}]',
  "[",
  "{}",
  "[]",
];
const STATEMENTS = [
  "SELECT * FROM users",
  "SELECT count(*) FROM users WHERE id > $1",
  "SELECT * FROM users AS OF SCN 3",
  "SELECT * FROM users AS OF SYSTEM TIME 1",
  "SELECT u.*, o.* FROM users u LEFT JOIN orders AS OF SCN 4 o ON o.user_id = u.id",
  "SELECT rowid, * FROM users",
  "SELECT randomblob(10), 1e999, -1e999, 9223372036854775807, NULL",
  "SELECT * FROM nope",
  "SELEC 1",
  "SELECT",
  "",
  ";",
  "SELECT 1; SELECT 2",
  "PRAGMA table_info(users)",
  "PRAGMA journal_mode=DELETE",
  "EXPLAIN QUERY PLAN SELECT * FROM users",
  "SELECT zeroblob(2000000000)",
  "SELECT abs(-9223372036854775808)",
  "SELECT json('{')",
  "SELECT printf('%.*c', 100000, 'x')",
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 3000) SELECT count(*) FROM c",
  "SELECT '_helios_commits'",
  "SELECT * FROM _helios_commits",
  "ATTACH 'x' AS y",
  "VACUUM",
  "BEGIN",
  "SELECT load_extension('x')",
  "INSERT INTO users (name, age) VALUES ('Zoe', 1)",
  "INSERT INTO users VALUES (1, 'dup', 1)",
  "INSERT OR REPLACE INTO users VALUES (2, 'rep', 5)",
  "INSERT OR ROLLBACK INTO users VALUES (1, 'x', 1)",
  "INSERT INTO users (name) VALUES ($1) RETURNING *",
  "UPDATE users SET age = age + 1",
  "UPDATE users SET id = id + 1000",
  "DELETE FROM users WHERE id > 50",
  "DELETE FROM orders WHERE id % 2",
  "UPDATE nope SET a = 1",
  "INSERT INTO orders (user_id) VALUES (999999)",
  "CREATE TABLE IF NOT EXISTS extra (id INTEGER PRIMARY KEY, v)",
  "DROP TABLE IF EXISTS extra",
  "ALTER TABLE users ADD COLUMN extra_column DEFAULT 1",
  "ALTER TABLE users DROP COLUMN extra_column",
  "CREATE INDEX IF NOT EXISTS by_name ON users (name)",
  "CREATE VIEW IF NOT EXISTS v AS SELECT * FROM users",
  "CREATE TEMP TABLE t (a)",
  "CREATE VIRTUAL TABLE t USING fts5(a)",
  "ANALYZE",
  "CREATE TABLE bad (rowid, oid, _rowid_)",
  "EXPLAIN PRAGMA case_sensitive_like = ON",
  "EXPLAIN QUERY PLAN PRAGMA writable_schema",
  "PRAGMA foreign_keys = OFF",
  "PRAGMA defer_foreign_keys = ON",
  "PRAGMA foreign_key_check",
  "SELECT 'pragma_once', 1 AS pragma_level",
  "SELECT name, sql FROM sqlite_master",
  "SELECT * FROM pragma_database_list",
  "SELECT * FROM (SELECT * FROM users AS OF SCN 3) x, users",
  "SELECT * FROM main.users AS OF SCN $1",
  "SELECT rowid FROM v AS OF SCN 4",
  'CREATE TABLE IF NOT EXISTS "É" (id INTEGER PRIMARY KEY, "é" TEXT COLLATE NOCASE CHECK ("É"."é" <> \'\'))',
  "INSERT INTO \"É\" VALUES (1, 'é')",
  'SELECT * FROM "é"',
  "SELECT CAST(x'ff41' AS TEXT), x'ff', '\ud800'",
  "ALTER TABLE users ADD CONSTRAINT old CHECK (age < 500)",
  "ALTER TABLE users DROP CONSTRAINT old",
  "ALTER TABLE users ALTER COLUMN name DROP NOT NULL",
  "CREATE TRIGGER IF NOT EXISTS t AFTER INSERT ON users BEGIN UPDATE users SET age = 1 WHERE id = new.id; END",
  "CREATE TEMPORARY TABLE copied AS SELECT * FROM users",
];
/** The rebuild of a table, as tools send it. */
const REBUILD = [
  "PRAGMA foreign_keys = OFF",
  "CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, CHECK (length(name) < 100))",
  "INSERT INTO users_new SELECT id, name, age FROM users",
  "DROP TABLE users",
  "ALTER TABLE users_new RENAME TO users",
  "PRAGMA foreign_key_check",
].map((sql) => ({ sql }));
const POINTS: unknown[] = [
  "now",
  "scn:3",
  "scn:999999999",
  "tx_2",
  "snapshot:snap_3",
  "snap_zz",
  1,
  1701446400,
  99999999999999,
  "2030-01-01T00:00:00Z",
  "2026-01-01T00:00:00 02:00",
  "x",
  "",
  -1,
  1.5,
  null,
  { type: "scn", value: 3 },
  { type: "timestamp", value: "x" },
  { type: "now" },
  { type: "transaction", value: 2 },
  { type: "scn" },
];
/** Numbers that JavaScript can't write, as they are to stand in the body. */
const RAW = /"@raw:([^"@]+)@"/g;
const ODD: unknown[] = [
  "@raw:1e400@",
  "@raw:-1e400@",
  "@raw:1e-400@",
  "@raw:9007199254740993@",
  "@raw:-0@",
  "@raw:1.7976931348623157e308@",
  "\ud800",
  "\udc00x",
  "É\u0000é",
  { "\ud800": 1 },
  { type: "float8", value: "Infinity" },
  { type: "int8", value: "9223372036854775807" },
  { type: "bytea", value: "/w==" },
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  "",
  "x",
  "💥",
  [],
  {},
  [null],
  { __proto__: null, type: "int4", value: 1 },
  "a".repeat(5000),
  [[[[[]]]]],
];
const BROKEN = [
  "{",
  "[]",
  "null",
  '"x"',
  "{'sql': 1}",
  '{"sql":9007199254740993}',
  '{"__proto__":{"a":1},"sql":"SELECT 1"}',
  '{"sql":"SELECT 1","sql":"SELECT 2"}',
  "\ufeff{}",
  "[".repeat(2000),
];

/** Ids that answers gave, for the paths of what has an id: keys, snapshots, and whatever comes later; and next pages. */
export class SeenIds {
  private readonly ids: string[] = [];
  private readonly pages: string[] = [];

  /** Remembers the ids of an answer, whatever they are of, and what would ask for the page after it; the newest few. */
  note(text: string, url: string): void {
    const [, cursor] = /"next_cursor":"([^"]+)"/.exec(text) ?? [];
    const [path, search = ""] = url.split("?");
    const same = search.split("&").filter((part) => part !== "" && !/^(page|cursor)=/.test(part));
    if (cursor) this.pages.push(`${path}?${[...same, `cursor=${cursor}`].join("&")}`);
    this.pages.splice(0, this.pages.length - 50);
    for (const [, id] of text.matchAll(/"(?:id|\w+_id)":"([\w-]{1,80})"/g)) {
      // A request's own id names nothing.
      if (!id!.startsWith("req_") && !this.ids.includes(id!)) this.ids.push(id!);
    }
    this.ids.splice(0, this.ids.length - 200);
  }

  /** The next page of an answer to an operation of this path, now and then with a character of it changed. */
  nextPage(random: Random, path: RegExp): string | null {
    const pages = this.pages.filter((url) => path.test(url));
    if (pages.length === 0) return null;
    const url = random.pick(pages);
    if (random.chance(0.7)) return url;
    // Within the cursor, and so behind all that makes it a URL.
    const at =
      url.length - 1 - Math.floor(random.next() * (url.length - url.lastIndexOf("cursor=") - "cursor=".length));
    return `${url.slice(0, at)}${random.pick(["A", "_", "9"])}${url.slice(at + 1)}`;
  }

  pick(random: Random): string {
    if (this.ids.length === 0 || random.chance(0.2)) return random.pick(["none", "%00", "a%2Fb", "x".repeat(300)]);
    return random.pick(this.ids);
  }
}

/** Keys of a few requests each, so that some come again. */
const IDEMPOTENCY_KEYS = Array.from({ length: 200 }, (_, i) => `key-${i}`);

/** Seeded numbers, so that a failing request can be made again. */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!;
  }
}

/** The `X-API-Key` that each surface takes. */
export type Keys = { readonly [S in Surface]: string };

const [V1, OTHERS] = [true, false].map((isV1) => OPERATIONS.filter(({ surface }) => (surface === "v1") === isV1));

/** One request, mostly as the document asks for it, with something wrong here and there. */
export function generate(random: Random, keys: Keys, seen: SeenIds): FuzzRequest {
  const operation = random.pick(random.chance(0.75) ? V1! : OTHERS!);
  const key = keys[operation.surface];
  const path = operation.path
    .replace("{branch}", () => random.pick(random.chance(0.7) ? BRANCHES.slice(0, 4) : BRANCHES))
    .replace("{schema}", () => random.pick(random.chance(0.7) ? SCHEMAS : BRANCHES))
    .replace("{column}", () => random.pick(["id", "name", "nope", "%22", "_helios_x"]))
    .replace("{table}", () => random.pick(random.chance(0.7) ? TABLES.slice(0, 3) : TABLES))
    .replace("{key}", () => random.pick(["k_admin", "k_nope", "hdb_x", "%00"]))
    .replace("{snapshot}", () => random.pick(["snap_3", "snap_6", "snap_zz", "kept", "%00", "a%2Fb"]))
    .replace(/\{\w+\}/g, () => seen.pick(random));
  const query = operation.parameters
    .filter((parameter) => parameter.in === "query" && random.chance(0.35))
    .map((parameter) => [parameter.name, textOf(value(random, parameter.schema, parameter.name))] as const);
  if (random.chance(0.04)) query.push([random.pick(["sort", "x", "limit", "__proto__"]), "1"]);
  const next = random.chance(0.3)
    ? seen.nextPage(random, new RegExp(`^${operation.path.replace(/\{\w+\}/g, "[^/]+")}\\?`))
    : null;
  const search = query.map(([name, text]) => `${name}=${random.chance(0.97) ? encoded(text) : "%zz"}`).join("&");
  const [[type, json] = ["application/json", undefined]] = Object.entries(operation.requestBody?.content ?? {});
  const sends = json ? random.chance(0.97) : random.chance(0.02);
  const body = !sends
    ? undefined
    : random.chance(0.04) || json?.schema.format === "binary"
      ? random.pick(BROKEN)
      : JSON.stringify(value(random, json?.schema ?? {}, "")).replace(RAW, "$1");
  const accept = random.pick([
    undefined,
    LITE,
    SPEC,
    SPEC,
    "application/json",
    "*/*",
    "text/html, */*;q=0.1",
    "nonsense",
  ]);
  const credential: Record<string, string> = random.chance(0.96)
    ? { "x-api-key": key }
    : random.pick<Record<string, string>>([{}, { authorization: "Bearer x.y.z" }, { "x-api-key": "wrong" }]);
  const method = random.chance(0.98)
    ? operation.method
    : random.pick(["PATCH", "PUT", "DELETE", "POST", "HEAD", "OPTIONS"]);
  const more = operation.parameters
    .filter((parameter) => parameter.in === "header" && random.chance(0.2))
    .map(({ name }) => [name, random.chance(0.9) ? random.pick(IDEMPOTENCY_KEYS) : random.pick(["", "x".repeat(256)])]);
  return {
    operation,
    method,
    url: next ?? path + (search ? `?${search}` : ""),
    headers: {
      ...credential,
      ...Object.fromEntries(more),
      ...(accept === undefined ? {} : { accept }),
      ...(body === undefined
        ? {}
        : {
            "content-type": random.chance(0.98)
              ? type
              : random.pick(["text/plain", "application/x-www-form-urlencoded"]),
          }),
    },
    body: method === "GET" || method === "HEAD" ? undefined : body,
  };
}

/** A value for a schema; fields with a meaning get values that mean something. */
function value(random: Random, given: Schema, name: string): unknown {
  if (random.chance(0.03)) return random.pick(ODD);
  const schema = resolved(given);
  if (name === "sql" || name === "q") return random.pick(STATEMENTS);
  if (name === "database") return random.pick(SCHEMAS);
  if (name === "branch") return random.pick(["main", "dev", "nope", ""]);
  if (name === "filters") return random.pick(HELIUM_FILTERS);
  if (name === "timeout" || name === "db_timeout" || name === "freshness")
    return random.pick(["1s", "50ms", "5", "-1s", "x"]);
  if (name === "statements" && random.chance(0.3)) return random.chance(0.8) ? REBUILD : REBUILD.slice(1);
  if (name === "filter") return random.pick(FILTERS);
  if (name === "as_of" || name === "snapshot_id") return random.pick(POINTS);
  if (name === "as_of_value") return random.pick(["3", "1701446400", "snap_3", "x"]);
  if (/^(name|parent|source_branch|target|target_branch|tenant)$/.test(name))
    return decodeURIComponent(random.pick(BRANCHES).replace("%zz", ""));
  if (name === "from")
    return random.pick([
      "main@scn:3",
      "dev@scn:5",
      "main",
      "work@scn:6",
      "main@",
      "@now",
      "nope",
      "1701446400",
      "2025-01-01",
    ]);
  if (name === "tables") return random.pick(["users", "users,orders", '"users"', "nope", "a,,b", ""]);
  if (name === "kind") return random.pick(["transaction", "merge,schema", "init", "writes", ""]);
  if (name === "key") return random.pick<unknown>([1, "2", "[1]", "[]", '"x"', "x", 99]);
  if (name === "cursor") return random.pick(["5", "1", "x", "-1"]);
  if (name === "if_scn" || name === "if_target_scn") return random.pick([0, 5, -1]);
  // Protected for long, a branch would answer nothing but that it is.
  if (name === "is_protected" || name === "read_only") return random.chance(0.2);
  if (name === "expires_at") return random.pick<unknown>([4_000_000_000, "2040-01-01", null, 1, "x"]);
  if (name === "columns" || name === "order_by")
    return random.pick(["id", "id, name", "name DESC", "nope", "id DESC NULLS LAST", "(SELECT 1)", "", "a,,b"]);
  if (name === "timeout_ms") return random.pick([1000, 5000, 0, -1, 10 ** 9]);
  if (name === "rows")
    return random.pick<unknown>([
      [{ name: "n", age: 3 }],
      [{ name: "@raw:1e400@" }, { age: "@raw:9007199254740993@" }, { name: "\ud800" }],
      [{ id: { type: "int8", value: "9223372036854775807" }, name: "É" }],
      [{ id: 1 }],
      [{}],
      [],
      [{ nope: 1 }],
      [{ name: { type: "text", value: "t" } }, { age: 1.5 }],
      [[1]],
      "x",
    ]);
  if (name === "values" || name === "updates")
    return random.pick<unknown>([{ age: 9 }, { name: null }, { nope: 1 }, {}, { id: "x" }]);
  if (schema.enum) return random.pick(schema.enum);
  const choices = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choices) return value(random, random.pick(choices), name);
  switch (schema.type) {
    case "object":
      return object(random, schema);
    case "array":
      return Array.from({ length: Math.floor(random.next() * 3) }, () => value(random, schema.items ?? {}, ""));
    case "integer":
      return random.pick([schema.minimum ?? 1, 2, 10, 100, schema.maximum ?? 1000]);
    case "boolean":
      return random.chance(0.5);
    case "string":
      return random.pick([schema.example ?? "text", "text", "1", "ü"]);
    default:
      return random.pick<unknown>([1, "text", true, null, 1.5]);
  }
}

function object(random: Random, schema: Schema): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const needed = schema.required?.includes(name) ?? false;
    if (random.chance(needed ? 0.97 : 0.25)) made[name] = value(random, property, name);
  }
  if (random.chance(0.04)) made[random.pick(["unknown", "sqll", "constructor"])] = 1;
  return made;
}

/** A half of a surrogate pair has no place in a URL: its bytes stand there as somebody's broken client would send them. */
function encoded(text: string): string {
  return /\p{Surrogate}/u.test(text) ? "%ED%A0%80" : encodeURIComponent(text);
}

function textOf(made: unknown): string {
  return typeof made === "string" ? made : JSON.stringify(made);
}
