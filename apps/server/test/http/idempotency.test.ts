import { randomUUID } from "node:crypto";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CallOptions, call, execute, get, LITE, post, rows, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());
beforeEach(async () => {
  await execute(server, "DROP TABLE IF EXISTS items");
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
});

const ITEMS = "/v1/branches/main/tables/items/data";
const keyed = (key: string, options: CallOptions = {}): CallOptions => ({
  ...options,
  headers: { "idempotency-key": key, ...options.headers },
});
const count = async () => (await rows(server, "SELECT count(*) AS n FROM items"))[0].n;

it("answers a repeated insert as the first time, in the dialect of each request", async () => {
  const key = randomUUID();
  const body = { rows: [{ name: "a" }, { name: "b" }] };
  const first = await post(server, ITEMS, body, keyed(key));
  expect(first.status).toBe(201);
  expect(first.headers.get("idempotency-replayed")).toBeNull();
  const again = await post(server, ITEMS, body, keyed(key, { accept: LITE }));
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect({ ...again, headers: null }).toEqual({ ...first, headers: null });
  const spec = await post(server, ITEMS, body, keyed(key, { accept: SPEC }));
  expect([spec.status, spec.body.data.ids]).toEqual([201, first.body.ids]);
  expect(await count()).toBe(2);
});

it("gives back rows of every type as they were", async () => {
  const sql =
    "INSERT INTO items (name) VALUES ('x') RETURNING 9007199254740993 AS big, x'00ff' AS bytes, 1.5 AS r, NULL AS n";
  const send = () => post(server, "/v1/branches/main/execute", { sql }, keyed("types"));
  const first = await send();
  expect(first.body.rows).toEqual([{ big: "9007199254740993", bytes: "AP8=", r: 1.5, n: null }]);
  const again = await send();
  expect(again.body).toEqual({ ...first.body, execution_time_ms: again.body.execution_time_ms });
});

it("takes the fields' other names and another order for the same request, and anything else for a misuse", async () => {
  const key = randomUUID();
  const made = await post(server, "/v1/branches", { name: "same", parent: "main" }, keyed(key));
  expect(made.status).toBe(201);
  const again = await post(server, "/v1/branches", { source_branch: "main", name: "same" }, keyed(key));
  expect([again.status, again.body.id]).toEqual([201, made.body.id]);
  const other = await post(server, "/v1/branches", { name: "other" }, keyed(key));
  expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_MISMATCH"]);
  const elsewhere = await post(server, ITEMS, { rows: [{ name: "a" }] }, keyed(key));
  expect([elsewhere.status, elsewhere.body.code]).toEqual([422, "IDEMPOTENCY_MISMATCH"]);
});

it("keeps the keys of callers and tenants apart", async () => {
  const key = randomUUID();
  const body = { rows: [{ name: "mine" }] };
  expect((await post(server, ITEMS, body, keyed(key))).status).toBe(201);
  const theirs = await post(server, ITEMS, { rows: [{ name: "theirs" }] }, keyed(key, { key: KEYS.write }));
  expect(theirs.status).toBe(201);
  expect(await count()).toBe(2);
});

it("keeps refusals that will not change, and not those that may", async () => {
  const duplicate = randomUUID();
  const body = { rows: [{ id: 1, name: "a" }] };
  await post(server, ITEMS, body);
  expect((await post(server, ITEMS, body, keyed(duplicate))).body.code).toBe("UNIQUE_VIOLATION");
  await call(server, "DELETE", `${ITEMS}?filter=true`);
  const kept = await post(server, ITEMS, body, keyed(duplicate));
  expect([kept.status, kept.body.code, kept.headers.get("idempotency-replayed")]).toEqual([
    409,
    "UNIQUE_VIOLATION",
    "true",
  ]);

  const slow = randomUUID();
  const endless =
    "INSERT INTO items (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  const statement = { sql: endless, timeout_ms: 50 };
  expect((await post(server, "/v1/branches/main/execute", statement, keyed(slow))).status).toBe(408);
  expect(
    (await post(server, "/v1/branches/main/execute", statement, keyed(slow))).headers.get("idempotency-replayed"),
  ).toBeNull();

  const forbidden = randomUUID();
  expect((await post(server, ITEMS, body, keyed(forbidden, { key: KEYS.read }))).status).toBe(403);
  const later = await post(server, ITEMS, body, keyed(forbidden, { key: KEYS.read }));
  expect([later.status, later.headers.get("idempotency-replayed")]).toEqual([403, null]);
});

it("keeps no refusal that says when to send the request again", async () => {
  const TRANSACTIONS = "/v1/branches/main/transactions";
  const key = randomUUID();
  const begin = () => post(server, TRANSACTIONS, { mode: "write", wait_ms: 50 }, keyed(key));
  const rollBack = (id: string) => post(server, `${TRANSACTIONS}/${id}/rollback`, undefined);
  const first = await post(server, TRANSACTIONS, { mode: "write" });
  const busy = await begin();
  expect([busy.status, busy.body.code, busy.headers.get("retry-after")]).toEqual([409, "BRANCH_BUSY", "1"]);
  expect((await rollBack(first.body.transaction_id)).status).toBe(200);
  const begun = await begin();
  expect(begun.status).toBe(201);
  expect((await begin()).body).toEqual(begun.body);
  await rollBack(begun.body.transaction_id);
});

it("lets one of many equal requests at once take effect", async () => {
  const key = randomUUID();
  const sql =
    "INSERT INTO items (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT max(i) FROM n";
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post(server, "/v1/branches/main/execute", { sql }, keyed(key))),
  );
  const busy = answers.filter(({ status }) => status === 409);
  expect(
    busy.every(({ body, headers }) => body.code === "IDEMPOTENCY_IN_PROGRESS" && headers.get("retry-after") === "1"),
  ).toBe(true);
  expect(busy.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 200).length).toBe(8 - busy.length);
  expect(await count()).toBe(1);
});

describe("Idempotency-After", () => {
  const after = (before: string, key: string = randomUUID()) =>
    keyed(key, { headers: { "idempotency-after": before } });
  const SLOW =
    "INSERT INTO items (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT max(i) FROM n";
  const insert = (name: string, options: CallOptions) => post(server, ITEMS, { rows: [{ name }] }, options);

  it("runs a request after the one that it follows, and that after another", async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const answers = await Promise.all([
      post(server, "/v1/branches/main/execute", { sql: SLOW }, keyed(first)),
      insert("second", after(first, second)),
      insert("third", after(second)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 201]);
    expect((await insert("fourth", after(first))).status).toBe(201);
    expect(await rows(server, "SELECT name FROM items ORDER BY id")).toEqual(
      ["300000", "second", "third", "fourth"].map((name) => ({ name })),
    );
  });

  it("does nothing if that one fails, was never sent, or is itself, until it has succeeded", async () => {
    await insert("taken", {});
    const [first, second] = [randomUUID(), randomUUID()];
    const sql = SLOW.replace("max(i)", "'taken'");
    const [failed, waited] = await Promise.all([
      post(server, "/v1/branches/main/execute", { sql }, keyed(first)),
      insert("second", after(first, second)),
    ]);
    expect([failed.body.code, waited.status, waited.body.code]).toEqual([
      "UNIQUE_VIOLATION",
      409,
      "PREDECESSOR_FAILED",
    ]);
    const itself = randomUUID();
    for (const options of [after(first, second), after("never-sent"), after(itself, itself)]) {
      expect((await insert("second", options)).body.code).toBe("PREDECESSOR_FAILED");
    }
    expect(await count()).toBe(1);
    const other = randomUUID();
    await insert("first", keyed(other));
    expect((await insert("second", after(other, second))).status).toBe(201);
    // What has taken effect has done so, whatever it is said to follow now.
    expect((await insert("second", after(first, second))).headers.get("idempotency-replayed")).toBe("true");
    expect(await count()).toBe(3);
  });

  it("is of the same caller, and needs a key beside it", async () => {
    const first = randomUUID();
    expect((await insert("first", keyed(first))).status).toBe(201);
    const other = await insert("second", { ...after(first), key: KEYS.write });
    expect(other.body.code).toBe("PREDECESSOR_FAILED");
    const alone = await insert("second", { headers: { "idempotency-after": first } });
    expect([alone.status, alone.body.code]).toEqual([400, "INVALID_FIELD"]);
    expect(alone.body.message).toContain("Idempotency-After");
  });

  it("lets only so many wait", async () => {
    const first = randomUUID();
    const sql = SLOW.replace("300000", "3000000");
    const [slow, ...others] = await Promise.all([
      post(server, "/v1/branches/main/execute", { sql }, keyed(first)),
      ...Array.from({ length: 110 }, (_, i) => insert(`n${i}`, after(first))),
    ]);
    expect(slow.status).toBe(200);
    const refused = others.filter(({ body }) => body.code === "OVERLOADED").length;
    expect(refused).toBeGreaterThan(0);
    expect(refused + others.filter(({ status }) => status === 201).length).toBe(110);
  });
});

it("does not keep a secret that is shown once", async () => {
  const body = { name: "ci", scopes: ["read"] };
  expect((await post(server, "/v1/auth/keys", body, keyed("a-key"))).status).toBe(201);
  const before = (await get(server, "/v1/auth/keys")).body.total;
  const again = await post(server, "/v1/auth/keys", body, keyed("a-key"));
  expect([again.status, again.body.code]).toEqual([409, "IDEMPOTENCY_SECRET"]);
  expect((await get(server, "/v1/auth/keys")).body.total).toBe(before);
});

it("refuses a malformed key, takes a quoted one for the same, and ignores keys where nothing is changed", async () => {
  const body = { rows: [{ name: "q" }] };
  for (const bad of ["", "two words", "a,b", "x".repeat(256)]) {
    const refused = await post(server, ITEMS, body, keyed(bad));
    expect([bad, refused.status, refused.body.code]).toEqual([bad, 400, "INVALID_FIELD"]);
    expect(refused.body.message).toContain("Idempotency-Key");
  }
  expect((await post(server, ITEMS, body, keyed("quoted"))).status).toBe(201);
  expect((await post(server, ITEMS, body, keyed('"quoted"'))).headers.get("idempotency-replayed")).toBe("true");
  const query = { sql: "SELECT 1 AS one" };
  await post(server, "/v1/branches/main/query", query, keyed("q"));
  const reads = await post(server, "/v1/branches/main/query", query, keyed("q"));
  expect([reads.status, reads.headers.get("idempotency-replayed")]).toEqual([200, null]);
});

it("replays merges, restores, snapshots, resets and undeletes, each done once", async () => {
  await post(server, ITEMS, { rows: [{ name: "base" }] });
  await post(server, "/v1/branches", { name: "life" });
  await post(server, "/v1/branches/life/tables/items/data", { rows: [{ name: "more" }] });
  const twice = async (path: string, body: unknown) => {
    const key = randomUUID();
    const [first, again] = [await post(server, path, body, keyed(key)), await post(server, path, body, keyed(key))];
    expect([path, first.status < 300, again.headers.get("idempotency-replayed")]).toEqual([path, true, "true"]);
    expect(again.body).toEqual(first.body);
    return first.body;
  };
  const snapshot = await twice("/v1/branches/life/snapshots", { name: "kept" });
  await twice("/v1/branches/life/merge", { target: "main", delete_source_after_merge: true });
  expect(await count()).toBe(2);
  await post(server, "/v1/branches", { name: "again" });
  const { scn } = (await get(server, "/v1/branches/again")).body;
  await post(server, "/v1/branches/again/tables/items/data", { rows: [{ name: "x" }] });
  await twice("/v1/branches/again/restore", { as_of: { type: "scn", value: scn } });
  await twice("/v1/branches/again/reset", {});
  const { id } = (await get(server, "/v1/branches/again")).body;
  await call(server, "DELETE", "/v1/branches/again");
  await twice(`/v1/branches/${id}/undelete`, {});
  expect(snapshot.name).toBe("kept");
});

it("does nothing twice that only the server could tell of, when the server ended before it could record the answer", async () => {
  const first = await startServer();
  // The outcome can't be recorded, as if the server had been killed between the effect and its record of it.
  const catalog = new Database(join(first.dataDir, "catalog.db"));
  catalog.exec(
    "CREATE TRIGGER stop BEFORE UPDATE ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'killed'); END; " +
      "CREATE TRIGGER stop_too BEFORE INSERT ON idempotency_keys WHEN NEW.outcome NOT LIKE '%begun%' " +
      "BEGIN SELECT RAISE(ABORT, 'killed'); END",
  );
  const requests = [
    ["/v1/auth/keys", { name: "ci", scopes: ["read"] }],
    ["/v1/auth/users", { id: "bob", name: "Bob", role: "viewer" }],
  ] as const;
  for (const [path, body] of requests) expect((await post(first, path, body, keyed(path))).status).toBe(201);
  catalog.exec("DROP TRIGGER stop; DROP TRIGGER stop_too");
  catalog.close();
  await first.close();

  const second = await startServer({ dataDir: first.dataDir });
  try {
    const count = async (path: string) => (await get(second, path)).body.total;
    for (const [path, body] of requests) {
      const before = await count(path);
      const again = await post(second, path, body, keyed(path));
      expect([path, again.status, again.body.code]).toEqual([path, 409, "IDEMPOTENCY_UNKNOWN"]);
      expect(await count(path)).toBe(before);
    }
    // What was refused for the moment leaves no trace: it may be sent again.
    for (let i = 0; i < 2; i++) {
      const refused = await post(second, "/v1/tenants", { name: "acme" }, keyed("not-mine"));
      expect([refused.status, refused.body.code]).toEqual([403, "FORBIDDEN"]);
    }
  } finally {
    await second.remove();
  }
});

it("knows what took effect though the server ended before it could record the answer", async () => {
  const first = await startServer();
  await execute(first, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  // The outcome can't be recorded, as if the server had been killed between the commit and its record of it.
  const catalog = new Database(join(first.dataDir, "catalog.db"));
  catalog.exec("CREATE TRIGGER stop BEFORE INSERT ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'killed'); END");
  const body = { rows: [{ name: "once" }] };
  const answer = await post(first, ITEMS, body, keyed("crash"));
  expect(answer.status).toBe(201);
  catalog.exec("DROP TRIGGER stop");
  catalog.close();
  await first.close();

  const second = await startServer({ dataDir: first.dataDir });
  try {
    const again = await post(second, ITEMS, body, keyed("crash"));
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, null]);
    expect(again.body.ids).toEqual(answer.body.ids);
    expect(await rows(second, "SELECT count(*) AS n FROM items")).toEqual([{ n: 1 }]);
    const third = await post(second, ITEMS, body, keyed("crash"));
    expect(third.headers.get("idempotency-replayed")).toBe("true");
  } finally {
    await second.remove();
  }
});
