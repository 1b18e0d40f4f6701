import { gunzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../dist/surfaces/rqlite/routes/index.js";
import { execute, must } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

interface Options {
  readonly body?: string | Uint8Array;
  /** Headers that authenticate; default: the admin's key. */
  readonly as?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const ADMIN = { "x-api-key": KEYS.admin };
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

async function ask(method: string, path: string, { body, as = ADMIN, headers }: Options = {}) {
  const response = await fetch(server.url + path, {
    method,
    redirect: "manual",
    headers: { ...as, ...headers },
    ...(body !== undefined && { body: body as string }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
}

async function run(path: string, statements: unknown, options: Options = {}) {
  const { status, text } = await ask("POST", path, { body: JSON.stringify(statements), ...options });
  expect([status, text.slice(0, 200)]).toEqual([200, expect.any(String)]);
  return JSON.parse(text).results;
}

async function values(sql: string, flags = "") {
  const [result] = await run(`/db/query${flags}`, [sql]);
  return result.values ?? result;
}

describe("who asks", () => {
  const query = "/db/query?q=SELECT+1";

  it.each([
    ["an empty user", basic("", KEYS.read)],
    ["the key's name", basic("read", KEYS.read)],
    ["a key as a header", { "x-api-key": KEYS.read }],
    ["a key as a Bearer token", { authorization: `Bearer ${KEYS.read}` }],
    ["a header and a Bearer token that doesn't hold", { "x-api-key": KEYS.read, authorization: "Bearer nobody" }],
  ])("is known by %s", async (_, as) => {
    expect((await ask("GET", query, { as })).status).toBe(200);
  });

  it("is known by the id of a key of the catalog, by its name, and by a JWT", async () => {
    const { id, key } = await must(server, "POST", "/v1/auth/keys", { name: "basics", scopes: ["read"] });
    for (const user of [id, "basics", ""]) expect((await ask("GET", query, { as: basic(user, key) })).status).toBe(200);
    for (const user of ["k_admin", "read", id.toUpperCase()]) {
      expect([user, (await ask("GET", query, { as: basic(user, key) })).status]).toEqual([user, 401]);
    }
    const { token } = await must(server, "POST", "/v1/auth/token", {});
    expect((await ask("GET", query, { as: { authorization: `Bearer ${token}` } })).status).toBe(200);
  });

  it.each([
    ["nothing", {}],
    ["a wrong key", basic("", "sk_test_nobody")],
    ["another key's name", basic("write", KEYS.read)],
    ["no password", basic("read", "")],
    ["no colon", { authorization: `Basic ${Buffer.from(KEYS.read).toString("base64")}` }],
    ["Basic that doesn't hold beside a key that does", { ...basic("", "no"), ...ADMIN }],
    ["an empty scheme", { authorization: "Basic" }],
  ])("is refused with %s, without a word and without WWW-Authenticate", async (_, as) => {
    const answer = await ask("GET", query, { as });
    expect([answer.status, answer.text, answer.headers.get("www-authenticate")]).toEqual([401, "", null]);
    expect(answer.headers.get("x-rqlite-version")).toBe("8");
  });

  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    "%s: is refused without a credential and without the scope",
    async (_, { method, path, access }) => {
      const sent = method === "GET" ? {} : { body: '["SELECT 1"]' };
      const nobody = await ask(method, path, { ...sent, as: {} });
      expect([nobody.status, nobody.text === ""]).toEqual([access === "public" ? 302 : 401, access !== "public"]);
      for (const [scope, key] of Object.entries({ read: KEYS.read, write: KEYS.write, nothing: KEYS.nothing })) {
        const held = { read: ["read"], write: ["read", "write"], nothing: [] as string[] }[scope]!;
        const isAllowed = access === "public" || access === "authenticated" || held.includes(access);
        const { status, text } = await ask(method, path, { ...sent, as: basic("", key) });
        if (isAllowed) expect([scope, status]).not.toEqual([scope, 401]);
        else expect([scope, status, text]).toEqual([scope, 401, ""]);
      }
      const other = await ask("PATCH", path);
      expect([other.status, other.text]).toEqual([405, ""]);
    },
  );
});

describe("values", () => {
  it("cross exactly in both directions", async () => {
    await run("/db/execute", ["CREATE TABLE exact (i INTEGER, r, b BLOB, t TEXT)"]);
    const body =
      '[["INSERT INTO exact VALUES (?, ?, X\'00ff80\', ?)", 9223372036854775807, -0.0, "\\u0000\\ud83d\\ude00"]]';
    await ask("POST", "/db/execute", { body });
    await ask("POST", "/db/execute", {
      body: '[["INSERT INTO exact VALUES (?, ?, NULL, ?)", -9223372036854775808, 9007199254740993.0, "9007199254740993"]]',
    });
    const { text } = await ask("GET", "/db/query?q=SELECT+i,r,b,t,typeof(i),typeof(r)+FROM+exact");
    expect(text).toContain('[9223372036854775807,-0,"AP+A","\\u0000😀","integer","real"]');
    expect(text).toContain('[-9223372036854775808,9007199254740992,null,"9007199254740993","integer","real"]');
  });

  it("are bound as they are counted, over the statements of one string", async () => {
    await run("/db/execute", ["CREATE TABLE bound (a, b)"]);
    await run("/db/execute", [
      ["INSERT INTO bound VALUES (?, ?); INSERT INTO bound VALUES (:x, ?1)", 1, 2, { x: 3 }, 4],
    ]);
    expect(await values("SELECT * FROM bound")).toEqual([
      [1, 2],
      [3, 3],
    ]);
    expect(
      await run("/db/execute", [["INSERT INTO bound VALUES (?, ?); INSERT INTO bound VALUES (?, ?)", 1, 2, 3]]),
    ).toEqual([{ error: "not enough args to execute query: want 2 got 3" }]);
    expect(await values("SELECT count(*) FROM bound")).toEqual([[2]]);
    // In the words of SQLite, which prepares a statement before anybody counts its values.
    const impossible = { error: "variable number must be between ?1 and ?32766" };
    expect(await run("/db/query", [["SELECT ?1000000000", 1], ["SELECT ?0"]])).toEqual([impossible, impossible]);
  });
});

describe("statements", () => {
  it("are commits of their own, or one with transaction", async () => {
    const scnOf = async (path: string, statements: unknown) => {
      const { headers } = await ask("POST", path, { body: JSON.stringify(statements) });
      return Number(headers.get("x-helios-scn"));
    };
    const first = await scnOf("/db/execute", ["CREATE TABLE counted (a)"]);
    expect(await scnOf("/db/execute", ["INSERT INTO counted VALUES (1)", "INSERT INTO counted VALUES (2)"])).toBe(
      first + 2,
    );
    const both = ["INSERT INTO counted VALUES (3)", "INSERT INTO counted VALUES (4)"];
    expect(await scnOf("/db/execute?transaction", both)).toBe(first + 3);
    expect(await scnOf("/db/execute", [both.join(";")])).toBe(first + 4);
    expect(await scnOf("/db/query", ["SELECT 1"])).toBe(first + 4);
  });

  it("keep what they wrote before one that fails, and none of it in a transaction", async () => {
    await run("/db/execute", ["CREATE TABLE kept (a UNIQUE)"]);
    const statements = ["INSERT INTO kept VALUES (1)", "INSERT INTO kept VALUES (1)", "INSERT INTO kept VALUES (2)"];
    const unique = { error: "UNIQUE constraint failed: kept.a" };
    expect((await run("/db/execute", statements))[1]).toEqual(unique);
    expect(await values("SELECT a FROM kept")).toEqual([[1], [2]]);
    expect(await run("/db/execute?transaction", ["INSERT INTO kept VALUES (3)", ...statements])).toEqual([{}, unique]);
    expect(await values("SELECT count(*) FROM kept")).toEqual([[2]]);
    const mixed = [
      "SELECT nope",
      "INSERT INTO kept VALUES (9)",
      "PRAGMA table_info(kept)",
      "VALUES (1)",
      "SELECT a FROM kept",
    ];
    const [failed, , pragma, one, all] = await run("/db/request?transaction", mixed);
    expect(failed).toEqual({ error: "no such column: nope" });
    expect([pragma.values.length, one.values, all.values]).toEqual([1, [[1]], [[1], [2], [9]]]);
  });

  it("of triggers and views are one each, and strings in double quotes are kept", async () => {
    const trigger =
      "CREATE TRIGGER log AFTER INSERT ON source BEGIN INSERT INTO target VALUES (new.a); DELETE FROM target WHERE a = 'x;y'; END";
    await run("/db/execute", [
      `CREATE TABLE source (a TEXT DEFAULT "none"); CREATE TABLE target (a); ${trigger}; INSERT INTO source VALUES ("x;y")`,
      'CREATE VIEW quoted AS SELECT a, "word" AS w FROM source WHERE a = "x;y"',
    ]);
    expect(await values("SELECT * FROM quoted")).toEqual([["x;y", "word"]]);
    expect(await values("SELECT count(*) FROM target")).toEqual([[0]]);
  });

  it("end at db_timeout, having written nothing", async () => {
    const endless =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1e9) SELECT count(*) FROM c";
    expect(await run("/db/query?db_timeout=150ms", [endless, "SELECT 1"])).toEqual([
      { error: "query timeout" },
      { error: "query timeout" },
    ]);
    await run("/db/execute", ["CREATE TABLE late (a)"]);
    expect(await run("/db/execute?db_timeout=150ms", [`INSERT INTO late ${endless}`])).toEqual([
      { error: "execute timeout" },
    ]);
    expect(await values("SELECT count(*) FROM late")).toEqual([[0]]);
  });

  it("are queued with a rising number, after they have been run", async () => {
    await run("/db/execute", ["CREATE TABLE queued (a)"]);
    const numbers: bigint[] = [];
    for (let i = 0; i < 3; i++) {
      const { text } = await ask("POST", "/db/execute?queue", { body: '["INSERT INTO queued VALUES (1)"]' });
      numbers.push(BigInt(/"sequence_number":(\d+)/.exec(text)![1]!));
      expect(await values("SELECT count(*) FROM queued")).toEqual([[i + 1]]);
    }
    expect(numbers).toEqual([...new Set(numbers)].sort());
  });

  it("take effect once under an Idempotency-Key, whatever they are", async () => {
    await run("/db/execute", ["CREATE TABLE once (a INTEGER PRIMARY KEY)"]);
    const insert = "INSERT INTO once DEFAULT VALUES";
    const body = JSON.stringify([insert, `${insert}; ${insert}`, insert]);
    const headers = { "idempotency-key": "rqlite-1" };
    const first = await ask("POST", "/db/execute", { body, headers });
    const second = await ask("POST", "/db/execute", { body, headers });
    expect([second.text, second.headers.get("idempotency-replayed")]).toEqual([first.text, "true"]);
    expect(await values("SELECT count(*) FROM once")).toEqual([[4]]);
  });
});

describe("branches and points in time", () => {
  it("are chosen by the URL", async () => {
    const made = await ask("POST", "/db/execute", {
      body: '["CREATE TABLE timed (a)", "INSERT INTO timed VALUES (1)"]',
    });
    const scn = made.headers.get("x-helios-scn");
    await must(server, "POST", "/v1/branches", { name: "rq" });
    await run("/db/execute?branch=rq", ["UPDATE timed SET a = 2"]);
    await run("/db/execute", ["DELETE FROM timed"]);
    expect(await values("SELECT a FROM timed", "?branch=rq")).toEqual([[2]]);
    expect(await values("SELECT a FROM timed", `?branch=rq&as_of=scn:${scn}`)).toEqual([[1]]);
    expect(await values("SELECT a FROM timed", `?as_of=scn:${scn}`)).toEqual([[1]]);
    const past = await run(`/db/request?as_of=scn:${scn}&transaction`, ["SELECT a FROM timed", "DELETE FROM timed"]);
    expect(past).toEqual([
      { columns: ["a"], types: ["integer"], values: [[1]] },
      { error: "attempt to change database via query operation" },
    ]);
    const dump = await ask("GET", `/db/backup?fmt=sql&as_of=scn:${scn}`);
    expect([dump.headers.get("x-helios-scn"), dump.text.includes('INSERT INTO "timed" VALUES(1)')]).toEqual([
      scn,
      true,
    ]);
  });

  it.each([
    ["GET", "/db/query?q=SELECT+1&branch=nope", 404],
    ["GET", "/db/query?q=SELECT+1&as_of=nonsense", 400],
    ["GET", "/db/query?q=SELECT+1&as_of=scn:999999", 400],
    ["GET", "/db/backup?branch=nope", 404],
    ["GET", "/db/backup?fmt=sql&branch=nope", 404],
    ["POST", "/db/execute?branch=nope", 404],
    ["POST", "/db/request?branch=nope&transaction", 404],
    ["POST", "/db/load?branch=nope", 404],
    ["POST", "/db/execute?as_of=scn:1", 400],
    ["POST", "/db/load?as_of=scn:1", 400],
  ])("that are not there are refused: %s %s", async (method, path, status) => {
    const answer = await ask(method, path, method === "GET" ? {} : { body: '["CREATE TABLE never (a)"]' });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/plain; charset=utf-8"]);
    expect(answer.text.endsWith("\n")).toBe(true);
  });
});

describe("backups and loads", () => {
  const rowsOf = (bytes: Buffer, sql: string) => {
    const db = new Database(bytes);
    try {
      return db.prepare(sql).raw().all();
    } finally {
      db.close();
    }
  };

  it("bring a file back by one commit, so that the past still reads", async () => {
    const branch = (await must(server, "POST", "/v1/branches", { name: "loaded" })).name;
    await run("/db/execute?branch=loaded", [
      "CREATE TABLE f (id INTEGER PRIMARY KEY, v)",
      "CREATE INDEX by_v ON f (v)",
      "INSERT INTO f VALUES (1, 'a'), (2, X'00')",
    ]);
    const file = await ask("GET", `/db/backup?branch=${branch}`);
    expect(rowsOf(file.bytes, "SELECT count(*) FROM sqlite_schema WHERE name LIKE '\\_helios%' ESCAPE '\\'")).toEqual([
      [0],
    ]);
    const zipped = await ask("GET", `/db/backup?branch=${branch}&compress`);
    expect(rowsOf(gunzipSync(zipped.bytes), "SELECT id FROM f")).toEqual([[1], [2]]);
    const changed = await ask("POST", `/db/execute?branch=${branch}&transaction`, {
      body: '["DELETE FROM f", "DROP INDEX by_v", "CREATE TABLE g (a)", "INSERT INTO g VALUES (7)"]',
    });
    const before = changed.headers.get("x-helios-scn");
    const loaded = await ask("POST", `/db/load?branch=${branch}`, { body: file.bytes });
    expect([loaded.status, loaded.text]).toEqual([200, '{"results":[]}']);
    expect(await values("SELECT id, v FROM f", `?branch=${branch}`)).toEqual([
      [1, "a"],
      [2, "AA=="],
    ]);
    expect(await values("SELECT name FROM sqlite_master ORDER BY name", `?branch=${branch}`)).toContainEqual(["by_v"]);
    expect(await run(`/db/query?branch=${branch}`, ["SELECT * FROM g"])).toEqual([{ error: "no such table: g" }]);
    expect(await values("SELECT a FROM g", `?branch=${branch}&as_of=scn:${before}`)).toEqual([[7]]);
    const { branches } = await must(server, "GET", "/v1/branches");
    expect(
      branches.map(({ name }: { name: string }) => name).filter((name: string) => name.includes("-load-")),
    ).toEqual([]);
    const { entries } = await must(server, "GET", "/v1/audit?operation=rqliteLoad");
    expect(entries[0]).toMatchObject({ branch, status: 200 });
  });

  it("give a dump that makes the same rows, and take it back as a script", async () => {
    await must(server, "POST", "/v1/branches", { name: "dumped", as_of: "scn:1" });
    const path = (name: string) => `/db/${name}?branch=dumped`;
    await run(path("execute"), [
      'CREATE TABLE "odd ""name" (a, g AS (a || \'!\'), r REAL, t TEXT)',
      "INSERT INTO \"odd \"\"name\" (a, r, t) VALUES (9223372036854775807, 1e300, 'it''s'), (X'00FF', -0.0, char(0) || 'x'), (NULL, 9e999, ''), (-5, 3, 'é😀')",
      'CREATE VIEW seen AS SELECT a FROM "odd ""name"',
      "CREATE TABLE au (id INTEGER PRIMARY KEY AUTOINCREMENT)",
      "INSERT INTO au DEFAULT VALUES",
    ]);
    const dump = (await ask("GET", `${path("backup")}&fmt=sql`)).text;
    const copy = new Database(":memory:");
    copy.exec(dump);
    const select = 'SELECT quote(a), g, quote(r), quote(t), hex(t) FROM "odd ""name"';
    const expected = await values(select, "?branch=dumped");
    expect(copy.prepare(select).raw().all()).toEqual(expected);
    copy.close();

    await run(path("execute"), ['DROP VIEW seen; DROP TABLE "odd ""name"; DROP TABLE au']);
    const loaded = await ask("POST", path("load"), { body: `${dump}PRAGMA foreign_keys=OFF;` });
    expect([loaded.status, loaded.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(loaded.text).not.toContain("error");
    expect(await values(select, "?branch=dumped")).toEqual(expected);
    expect(await values("SELECT count(*) FROM seen", "?branch=dumped")).toEqual([[4]]);
  });

  it("give a dump that keeps texts that are no UTF-8, and the counters of keys", async () => {
    for (const name of ["counted", "again", "sorted"])
      await must(server, "POST", "/v1/branches", { name, as_of: "scn:1" });
    const wide = Array.from({ length: 250 }, (_, i) => `c${i}`);
    await run("/db/execute?branch=counted", [
      "CREATE TABLE au (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT)",
      "INSERT INTO au (t) VALUES (CAST(x'ff41' AS TEXT)), (CAST(x'ff0041' AS TEXT)), (x'ff41'), ('é'), (''), (NULL)",
      "DELETE FROM au WHERE id = 6",
      "CREATE TABLE full (id INTEGER PRIMARY KEY AUTOINCREMENT, n NOT NULL CHECK (n > 0))",
      "INSERT INTO full VALUES (40, 1)",
      "DELETE FROM full",
      "CREATE TABLE never (id INTEGER PRIMARY KEY AUTOINCREMENT)",
      "CREATE TABLE zebra (id INTEGER PRIMARY KEY AUTOINCREMENT, \"it's\" DEFAULT 'AUTOINCREMENT')",
      "INSERT INTO zebra (id) VALUES (3)",
      `CREATE TABLE wide (${wide.join(", ")})`,
      `INSERT INTO wide (c0, c99, c100, c249) VALUES ('a', CAST(x'80' AS TEXT), 'b', CAST(x'c3' AS TEXT))`,
      "CREATE TABLE plain (id INTEGER PRIMARY KEY, n DEFAULT 'AUTOINCREMENT')",
      "CREATE TABLE told (id)",
      "CREATE TRIGGER tells AFTER DELETE ON au BEGIN INSERT INTO told VALUES (old.id); END",
    ]);
    const select = "SELECT id, typeof(t), hex(t) FROM au";
    const next =
      "SELECT id FROM au UNION ALL SELECT id FROM full UNION ALL SELECT id FROM never UNION ALL SELECT id FROM zebra";
    const inserts = [
      "DELETE FROM au; DELETE FROM full; DELETE FROM never; DELETE FROM zebra",
      ...["INSERT INTO au DEFAULT VALUES", "INSERT INTO full (n) VALUES (1)", "INSERT INTO never DEFAULT VALUES"],
      "INSERT INTO zebra DEFAULT VALUES",
    ];
    const dump = (await ask("GET", "/db/backup?fmt=sql&branch=counted")).text;
    const copy = new Database(":memory:");
    copy.exec(dump);
    const rowsOfAu = await values(select, "?branch=counted");
    expect(rowsOfAu[0]).toEqual([1, "text", "FF41"]);
    expect(copy.prepare(select).raw().all()).toEqual(rowsOfAu);
    expect(copy.prepare("SELECT hex(c99), hex(c249), c0, c100, c1 FROM wide").raw().get()).toEqual([
      ...["80", "C3", "a", "b", null],
    ]);
    expect(copy.prepare("SELECT name, seq FROM sqlite_sequence ORDER BY name").raw().all()).toEqual([
      ...[
        ["au", 6],
        ["full", 40],
        ["zebra", 3],
      ],
    ]);
    copy.exec(inserts.join(";"));
    const keys = copy.prepare(next).raw().all();
    expect(keys).toEqual([[7], [41], [1], [4]]);
    copy.close();
    // Taken back here, by the names' order too, in which a table may come after its counter.
    const sorted = dump.replace(/DELETE FROM "sqlite_sequence";\n(?:INSERT INTO "sqlite_sequence".*\n)+/, "");
    const counters = dump.match(/INSERT INTO "sqlite_sequence".*\n/g)!.join("");
    for (const [name, script] of [
      ["again", dump],
      ["sorted", sorted.replace("CREATE TABLE zebra", `${counters}CREATE TABLE zebra`)],
    ]) {
      expect((await ask("POST", `/db/load?branch=${name}`, { body: script })).text).not.toContain("error");
      expect(await values(select, `?branch=${name}`)).toEqual(rowsOfAu);
      expect(await values("SELECT count(*) FROM told", `?branch=${name}`)).toEqual([[0]]);
      await run(`/db/execute?branch=${name}`, inserts);
      expect(await values(next, `?branch=${name}`)).toEqual(keys);
    }
  });

  it("bring what the file holds, whatever is written meanwhile", async () => {
    await must(server, "POST", "/v1/branches", { name: "busy", as_of: "scn:1" });
    await run("/db/execute?branch=busy", [
      "CREATE TABLE f (id INTEGER PRIMARY KEY, v)",
      "INSERT INTO f VALUES (1, 'file')",
    ]);
    const file = (await ask("GET", "/db/backup?branch=busy")).bytes;
    let isLoading = true;
    const scns: number[] = [];
    const write = async () => {
      // Long enough for some of them to come between the import and the merge.
      for (let i = 2; isLoading || i < 5; i++) {
        const { headers } = await ask("POST", "/db/execute?branch=busy", {
          body: `["INSERT INTO f VALUES (${i}, 'meanwhile')"]`,
        });
        scns.push(Number(headers.get("x-helios-scn")));
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
    };
    const writing = write();
    const loaded = await ask("POST", "/db/load?branch=busy", { body: file });
    isLoading = false;
    await writing;
    // A branch that is written all the time may refuse the load in the end; it never takes half of it.
    expect([200, 400]).toContain(loaded.status);
    if (loaded.status === 200) {
      const scn = Number(loaded.headers.get("x-helios-scn"));
      expect(await values("SELECT * FROM f", `?branch=busy&as_of=scn:${scn}`)).toEqual([[1, "file"]]);
      const before = scns.filter((each) => each < scn).length;
      expect(await values("SELECT count(*) FROM f", `?branch=busy&as_of=scn:${scn - 1}`)).toEqual([[before + 1]]);
    }
    const { branches } = await must(server, "GET", "/v1/branches");
    expect(branches.filter(({ name }: { name: string }) => name.startsWith("busy-load-"))).toEqual([]);
  });

  it("leave nothing of a script that fails", async () => {
    const { text } = await ask("POST", "/db/load", {
      body: "CREATE TABLE half (a); INSERT INTO half VALUES (1); INSERT INTO absent VALUES (1)",
    });
    expect(JSON.parse(text)).toEqual({ results: [{ error: "no such table: absent" }] });
    expect(await run("/db/query", ["SELECT * FROM half"])).toEqual([{ error: "no such table: half" }]);
    const inner = await ask("POST", "/db/load", { body: "BEGIN; SELECT 1; ROLLBACK; COMMIT" });
    expect(JSON.parse(inner.text).results[0].error).toContain("not supported");
  });

  it("refuse files that are none, branches that are protected, and what is too large", async () => {
    const damaged = Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(5000, 7)]);
    const refused = await ask("POST", "/db/load", { body: damaged });
    expect([refused.status, refused.text.startsWith("The file can't be imported")]).toEqual([400, true]);
    expect((await ask("POST", "/boot", { body: "no database at all" })).status).toBe(400);
    const file = (await ask("GET", "/db/backup")).bytes;
    await must(server, "POST", "/v1/branches", { name: "guarded" });
    await must(server, "PATCH", "/v1/branches/guarded", { is_protected: true });
    const guarded = await ask("POST", "/db/load?branch=guarded", { body: file });
    expect([guarded.status, guarded.text]).toEqual([403, "Branch 'guarded' is protected and can't be overwritten.\n"]);
    expect((await ask("POST", "/db/load", { body: `-- ${"x".repeat(11 * 1024 * 1024)}` })).status).toBe(413);
    expect((await ask("POST", "/boot", { body: file })).status).toBe(200);
  });
});

describe("limited keys", () => {
  const statements = '["SELECT * FROM sqlite_master"]';

  it("see no other branch than theirs", async () => {
    const { key } = await must(server, "POST", "/v1/auth/keys", {
      name: "r",
      scopes: ["write"],
      branches: ["feature-*"],
    });
    await must(server, "POST", "/v1/branches", { name: "feature-x" });
    const as = basic("", key);
    for (const path of ["/db/query", "/db/execute", "/db/request", "/db/request?transaction"]) {
      for (const name of ["main", "nope"]) {
        const url = `${path}${path.includes("?") ? "&" : "?"}branch=${name}`;
        const { status, text } = await ask("POST", url, { body: statements, as });
        expect([url, status, text]).toEqual([url, 404, `Branch '${name}' not found\n`]);
      }
    }
    expect((await ask("GET", "/db/backup", { as })).status).toBe(404);
    expect((await ask("GET", "/db/backup?fmt=sql", { as })).status).toBe(404);
    const own = await ask("POST", "/db/execute?branch=feature-x", { body: '["CREATE TABLE mine (a)"]', as });
    expect([own.status, own.text]).toEqual([200, '{"results":[{}]}']);
    expect((await ask("GET", "/db/backup?branch=feature-x", { as })).status).toBe(200);
  });

  it("that are limited to tables may not send SQL", async () => {
    const { key } = await must(server, "POST", "/v1/auth/keys", { name: "t", scopes: ["write"], tables: ["exact"] });
    const as = basic("", key);
    for (const path of ["/db/query", "/db/execute", "/db/request", "/db/request?transaction"]) {
      const answer = await ask("POST", path, { body: statements, as });
      expect([path, answer.status, answer.text]).toEqual([path, 401, ""]);
    }
    for (const path of ["/db/query?q=SELECT+1", "/db/backup", "/db/backup?fmt=sql"]) {
      expect([path, (await ask("GET", path, { as })).status]).toEqual([path, 401]);
    }
  });
});

describe("hostile requests", () => {
  it.each([
    "ATTACH '/etc/passwd' AS x",
    "VACUUM INTO '/tmp/stolen.db'",
    "SELECT load_extension('/tmp/x.so')",
    "PRAGMA module_list",
    "CREATE TEMP TABLE t (a)",
    "DELETE FROM _helios_commits",
    'SELECT * FROM "_helios_commits"',
    "SELECT readfile('/etc/passwd')",
    "UPDATE sqlite_schema SET sql = ''",
    "SELECT 1; ATTACH '/etc/passwd' AS x",
    "EXPLAIN PRAGMA journal_mode = DELETE",
    `SELECT ${'"a",'.repeat(3000)}"a"`,
    `SELECT ${"(".repeat(5000)}1`,
    "SELECT '\0'",
  ])("%.60s", async (sql) => {
    for (const path of ["/db/query", "/db/execute", "/db/request", "/db/request?transaction"]) {
      const [result] = await run(path, [sql]);
      expect([path, result.error ?? ""]).toEqual([path, expect.stringMatching(/./)]);
      expect(result.error).not.toContain(server.dataDir);
    }
  });

  it("are refused where they are no requests", async () => {
    const deep = `[${"[".repeat(50_000)}${"]".repeat(50_000)}]`;
    for (const body of [
      deep,
      `[${'"SELECT 1",'.repeat(10)}`,
      '["\\ud800"]',
      Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]),
    ]) {
      const { status, text } = await ask("POST", "/db/query", { body });
      expect([status, text.length < 200]).toEqual([400, true]);
    }
    expect((await ask("POST", "/db/query", { body: `["${"x".repeat(11_000_000)}"]` })).status).toBe(413);
    expect((await ask("GET", `/db/query?q=${"x".repeat(70_000)}`)).status).toBe(414);
    const proto = await run("/db/query", [
      ["SELECT :a", JSON.parse('{"__proto__":1}')],
      ["SELECT :__proto__", 5],
    ]);
    expect(proto[0].error).toContain("does not begin with a letter");
  });

  it("get more rows than are allowed as an error, and none that are missing", async () => {
    const [result] = await run("/db/query", [
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 10001) SELECT x FROM c",
    ]);
    expect(result).toEqual({ error: "the result has more than 10000 rows: add LIMIT and OFFSET" });
    const many = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 10001)";
    const cut = await run("/db/request?transaction", ["CREATE TABLE cut (a)", `${many} SELECT x FROM c`]);
    expect(cut).toEqual([{}, { error: "the result has more than 10000 rows: add LIMIT and OFFSET" }]);
    const [returned] = await run("/db/execute", [`INSERT INTO cut ${many} SELECT x FROM c RETURNING a`]);
    expect([returned.values.length, await values("SELECT count(*) FROM cut")]).toEqual([10000, [[10001]]]);
    const [large] = await run("/db/query", ["SELECT printf('%.*c', 40000000, 'x')"]);
    expect(large.error).toContain("too large");
  });
});

it("the node tells its status and nothing of its machine", async () => {
  const status = JSON.parse((await ask("GET", "/status?pretty")).text);
  expect(status.store.leader.node_id).toBe(status.store.node_id);
  expect(JSON.stringify(status)).not.toMatch(/\/(tmp|work|home|usr)\/|"pid"|hostname|0\.0\.0\.0/);
  const { text } = await ask("GET", "/nodes?ver=2");
  expect(JSON.parse(text).nodes).toMatchObject([{ leader: true, reachable: true }]);
  expect((await ask("GET", "/readyz?noleader", { as: {} })).text).toBe("[+]node ok");
  expect((await ask("GET", "/readyz?sync", { as: {} })).text).toMatch(
    /^\[\+\]node ok\n\[\+\]leader ok\n\[\+\]store ok\n.*\[\+\]sync ok$/s,
  );
  await execute(server, "CREATE TABLE seen_by_v1 (a)");
});

describe("last_insert_rowid() and changes()", () => {
  const [PARENT, CHILD] = ["INSERT INTO lp(n) VALUES('a')", "INSERT INTO lc(pid) VALUES(last_insert_rowid())"];
  const stored = async () => (await values("SELECT pid FROM lc ORDER BY rowid")).flat();

  beforeAll(async () => {
    for (const sql of ["CREATE TABLE lp (id INTEGER PRIMARY KEY, n)", "CREATE TABLE lc (pid)"]) {
      await execute(server, sql);
    }
    await execute(server, "INSERT INTO lp (id) VALUES (520)");
  });

  it("tell of the request's statements, however they are sent", async () => {
    await run("/db/execute", [PARENT, CHILD, "UPDATE lp SET n = 'b'", CHILD]);
    await run("/db/execute?transaction", [PARENT, CHILD]);
    await run("/db/execute", [`${PARENT}; ${CHILD}`]);
    await run("/db/execute", [PARENT, `${CHILD}; ${PARENT}`, CHILD]);
    expect(await stored()).toEqual([521, 1, 522, 523, 524, 525]);
    const told = await run("/db/request", [
      ...[PARENT, "SELECT last_insert_rowid() AS l, changes() c", "UPDATE lp SET n = 'c'", "SELECT changes() AS c"],
      ["SELECT n FROM lp WHERE id = last_insert_rowid() AND n <> ?", "x"],
      "WITH x AS (SELECT last_insert_rowid() AS l) SELECT l FROM x",
    ]);
    expect(told.map(({ values: rows }: { values?: unknown }) => rows)).toEqual([
      ...[undefined, [[526, 1]], undefined, [[7]], [["c"]], [[526]]],
    ]);
  });

  it.each(["", "?transaction"])("are refused where nothing of the request can tell%s", async (flags) => {
    const before = await stored();
    for (const first of [[], ["CREATE TABLE IF NOT EXISTS other (a)"], ["UPDATE lp SET n = 'd'"]]) {
      const told = await run(`/db/execute${flags}`, [...first, CHILD]);
      expect(told.at(-1).error).toContain("last_insert_rowid() tells only of earlier statements of the same request");
    }
    const [failed, refused] = await run("/db/execute", ["INSERT INTO lp (id) VALUES (520)", CHILD]);
    expect([failed.error, refused.error]).toEqual([
      expect.stringContaining("UNIQUE"),
      expect.stringContaining("tells only"),
    ]);
    const [asked] = await run(`/db/request${flags}`, ["SELECT changes()", "DELETE FROM lc WHERE 0"]);
    expect(asked.error).toContain("changes() tells only");
    expect(await stored()).toEqual(before);
    // Its reader has written nothing, in rqlite as well.
    expect(await values("SELECT last_insert_rowid(), changes()")).toEqual([[0, 0]]);
    expect(await values("SELECT 'last_insert_rowid()' AS changes")).toEqual([["last_insert_rowid()"]]);
  });

  it("may be names and texts as well", async () => {
    await execute(server, "CREATE TABLE changes (changes, last_insert_rowid)");
    const [told] = await run("/db/execute", [
      "INSERT INTO changes (changes, last_insert_rowid) VALUES ('changes()', 'last_insert_rowid()') -- changes()",
    ]);
    expect(told).toMatchObject({ rows_affected: 1 });
  });
});
