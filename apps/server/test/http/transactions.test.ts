import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CallOptions, call, execute, get, must, post, rows, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const AT = "/v1/branches/main/transactions";
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER CHECK (balance >= 0))");
});
afterAll(() => server?.remove());
beforeEach(async () => {
  await execute(server, "DELETE FROM accounts");
  await execute(server, "INSERT INTO accounts VALUES (1, 100), (2, 0)");
});

const balances = async () =>
  (await rows(server, "SELECT balance FROM accounts ORDER BY id")).map((row: { balance: number }) => row.balance);

async function begin(body?: object, options?: CallOptions): Promise<string> {
  const { status, body: begun } = await post(server, AT, body, options);
  expect([status, begun.message]).toEqual([201, undefined]);
  return begun.transaction_id;
}

const within = (id: string, path: string, body: object, options?: CallOptions) =>
  post(server, `/v1/branches/main/${path}`, { ...body, transaction_id: id }, options);
const write = (id: string, sql: string) => within(id, "execute", { sql });
const commit = (id: string, body?: object, options?: CallOptions) => post(server, `${AT}/${id}/commit`, body, options);
const rollBack = (id: string, options?: CallOptions) => post(server, `${AT}/${id}/rollback`, undefined, options);

describe("a transaction", () => {
  it("reads, decides and writes in several requests, and is one commit", async () => {
    const { status, body } = await post(server, AT, { message: "rent" });
    expect(status).toBe(201);
    expect(body).toMatchObject({ branch: "main", mode: "write", state: "writing" });
    const id = body.transaction_id;
    const read = await within(id, "query", { sql: "SELECT balance FROM accounts WHERE id = 1" });
    const amount = read.body.rows[0].balance - 30;
    const expires = Date.parse(read.headers.get("transaction-expires-at")!);
    expect(expires).toBeGreaterThan(Date.now());
    await write(id, `UPDATE accounts SET balance = ${amount} WHERE id = 1`);
    const batch = await within(id, "batch", {
      statements: [{ sql: "UPDATE accounts SET balance = 30 WHERE id = 2 RETURNING balance" }],
    });
    expect(batch.body.results[0].rows).toEqual([{ balance: 30 }]);
    expect(await balances()).toEqual([100, 0]);
    const done = await commit(id);
    expect(done.body).toMatchObject({ transaction_id: id, committed: true, changed: true });
    expect(await balances()).toEqual([70, 30]);
    const { history } = await must(server, "GET", "/v1/branches/main/history?limit=1");
    expect(history[0]).toMatchObject({ scn: done.body.scn, message: "rent" });
    expect((await commit(id)).body).toEqual(done.body);
  });

  it("answers commits and rollbacks that are sent at once as if they had come one after the other", async () => {
    const codeOf = ({ body }: { body: { code?: string; committed?: boolean } }) => body.code ?? body.committed;
    for (const first of ["commit", "roll back"] as const) {
      const id = await begin();
      await write(id, "UPDATE accounts SET balance = 50 WHERE id = 2");
      const commits = () => [commit(id), commit(id), commit(id)];
      const rollBacks = () => [rollBack(id), call(server, "DELETE", `${AT}/${id}`)];
      const answers = await Promise.all(
        first === "commit" ? [...commits(), ...rollBacks()] : [...rollBacks(), ...commits()],
      );
      const codes = answers.map(codeOf);
      const isCommitted = codes.includes(true);
      expect(codes.filter((code) => code === "TRANSACTION_NOT_FOUND")).toHaveLength(isCommitted ? 2 : 3);
      expect(codes.filter((code) => code === isCommitted)).toHaveLength(isCommitted ? 3 : 2);
      expect(await balances()).toEqual([100, isCommitted ? 50 : 0]);
      const [done, ...again] = answers.filter(({ status }) => status === 200);
      for (const one of again) expect(one.body).toEqual(done!.body);
      await execute(server, "UPDATE accounts SET balance = 0 WHERE id = 2");
    }
  });

  it("takes part in reading and writing rows of a table", async () => {
    const id = await begin();
    const data = "/v1/branches/main/tables/accounts/data";
    const inserted = await post(server, data, { rows: [{ id: 3, balance: 5 }], transaction_id: id });
    expect(inserted.body).toMatchObject({ inserted: 1, ids: [3] });
    expect(inserted.headers.get("transaction-expires-at")).toBeTruthy();
    await call(server, "PUT", data, { values: { balance: 6 }, filter: "id = 3", transaction_id: id });
    await call(server, "DELETE", `${data}?transaction_id=${id}&filter=id%20%3D%201`);
    const page = await get(server, `${data}?transaction_id=${id}&order_by=id`);
    expect(page.body.rows).toEqual([
      { id: 2, balance: 0 },
      { id: 3, balance: 6 },
    ]);
    expect((await get(server, data)).body.rows).toHaveLength(2);
    await rollBack(id);
    expect(await balances()).toEqual([100, 0]);
  });

  it("goes on after an error, has savepoints, and says when it expires either way", async () => {
    const id = await begin();
    await write(id, "SAVEPOINT one");
    await write(id, "DELETE FROM accounts WHERE id = 1");
    const failed = await write(id, "UPDATE accounts SET balance = -1 WHERE id = 2");
    expect([failed.status, failed.body.code]).toEqual([422, "CHECK_VIOLATION"]);
    expect(failed.headers.get("transaction-expires-at")).toBeTruthy();
    await write(id, "ROLLBACK TO one");
    await write(id, "UPDATE accounts SET balance = 7 WHERE id = 2");
    await commit(id, { message: "after all" });
    expect(await balances()).toEqual([100, 7]);
  });

  it("has times as ISO 8601 in the specification's dialect", async () => {
    const { body } = await post(server, AT, { mode: "read" }, { accept: SPEC });
    expect(Date.parse(body.data.expires_at)).toBeGreaterThan(Date.now());
    const ended = await rollBack(body.data.transaction_id, { accept: SPEC });
    expect(ended.body.data).toMatchObject({ committed: false, changed: false, scn: null, timestamp: null });
  });

  it("reads one state, now or in the past", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    await execute(server, "UPDATE accounts SET balance = 1");
    const id = await begin({ mode: "read", as_of: { type: "scn", value: scn } });
    const read = await within(id, "query", { sql: "SELECT sum(balance) AS total FROM accounts" });
    expect(read.body).toMatchObject({ rows: [{ total: 100 }], scn });
    const refused = await write(id, "DELETE FROM accounts");
    expect([refused.status, refused.body.code]).toEqual([400, "FIELD_CONFLICT"]);
    await commit(id);
  });

  it("refuses what makes no sense in it", async () => {
    const id = await begin();
    const sql = "SELECT 1";
    const refused = async (answer: Promise<{ status: number; body: { code: string } }>) => (await answer).body.code;
    expect(await refused(within(id, "query", { sql, as_of: "scn:1" }))).toBe("FIELD_CONFLICT");
    expect(await refused(within(id, "query", { sql }, { accept: "application/x-ndjson; dialect=lite" }))).toBe(
      "FIELD_CONFLICT",
    );
    expect(await refused(within(id, "batch", { statements: [{ sql }], message: "x" }))).toBe("FIELD_CONFLICT");
    const keyed = { headers: { "idempotency-key": "k1" } };
    expect(await refused(within(id, "execute", { sql: "DELETE FROM accounts" }, keyed))).toBe("FIELD_CONFLICT");
    expect(await refused(write(id, "COMMIT"))).toBe("TRANSACTION_CONTROL");
    expect(await refused(write(id, "SELECT 1"))).toBe("NOT_A_STATEMENT");
    expect(await refused(post(server, AT, { mode: "write", as_of: "scn:1" }))).toBe("FIELD_CONFLICT");
    expect(await refused(post(server, AT, { mode: "exclusive" }))).toBe("INVALID_FIELD");
    expect(await refused(post(server, AT, { idle_ms: 60_001 }))).toBe("INVALID_FIELD");
    expect(await refused(post(server, AT, { wait_ms: 20 }))).toBe("BRANCH_BUSY");
    expect(await refused(post(server, "/v1/branches/nowhere/transactions"))).toBe("BRANCH_NOT_FOUND");
    await rollBack(id);
    expect(await balances()).toEqual([100, 0]);
  });
});

describe("the end of a transaction", () => {
  it("can be put off, and is announced", async () => {
    const id = await begin({ idle_ms: 150 });
    const renewed = await post(server, `${AT}/${id}/renew`, { idle_ms: 30_000 });
    expect(renewed.body.expires_at).toBeGreaterThan(Date.now() / 1000 + 20);
    await rollBack(id);
    const late = await begin({ idle_ms: 100 });
    await write(late, "DELETE FROM accounts");
    await expect.poll(async () => (await get(server, `${AT}/${late}`)).status).toBe(410);
    for (const answer of [await write(late, "DELETE FROM accounts"), await commit(late)]) {
      expect([answer.status, answer.body.error, answer.body.code]).toEqual([410, "Gone", "TRANSACTION_EXPIRED"]);
      expect(answer.headers.get("transaction-expires-at")).toBeNull();
    }
    expect((await rollBack(late)).status).toBe(200);
    expect(await balances()).toEqual([100, 0]);
  });

  it("comes with a statement that rolls back or takes too long, and the next requests say so", async () => {
    const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    for (const [sql, path, code] of [
      ["INSERT OR ROLLBACK INTO accounts VALUES (1, 1)", "execute", "TRANSACTION_ABORTED"],
      [endless, "query", "TRANSACTION_LOST"],
    ] as const) {
      const id = await begin();
      await write(id, "UPDATE accounts SET balance = 9");
      for (const answer of [
        await within(id, path, { sql, timeout_ms: 200 }),
        await write(id, "DELETE FROM accounts"),
        await commit(id),
      ]) {
        expect([answer.status, answer.body.code]).toEqual([409, code]);
      }
    }
    expect(await balances()).toEqual([100, 0]);
  });

  it("a deferred one does not write over what it has not seen", async () => {
    const id = await begin({ mode: "deferred" });
    await within(id, "query", { sql: "SELECT * FROM accounts" });
    await execute(server, "UPDATE accounts SET balance = 1 WHERE id = 2");
    const refused = await write(id, "UPDATE accounts SET balance = 2 WHERE id = 2");
    expect([refused.status, refused.body.code]).toEqual([409, "TRANSACTION_CONFLICT"]);
    await rollBack(id);
  });

  it("a branch that is busy says when to try again", async () => {
    const id = await begin();
    const busy = await post(server, AT, { wait_ms: 20 });
    expect([busy.status, busy.body.code, busy.headers.get("retry-after")]).toEqual([409, "BRANCH_BUSY", "1"]);
    await rollBack(id);
  });
});

describe("whose a transaction is", () => {
  it("another key doesn't know it, and an administrator can end it", async () => {
    const id = await begin({}, { key: KEYS.write });
    const read = { key: KEYS.read };
    expect((await get(server, AT, read)).body.total).toBe(0);
    for (const answer of [
      await get(server, `${AT}/${id}`, read),
      await commit(id, undefined, read),
      await within(id, "query", { sql: "SELECT 1" }, read),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, "TRANSACTION_NOT_FOUND"]);
    }
    expect((await call(server, "DELETE", `${AT}/${id}`, undefined, { key: KEYS.write })).status).toBe(403);
    expect((await get(server, AT)).body.transactions).toMatchObject([{ transaction_id: id, state: "writing" }]);
    expect((await call(server, "DELETE", `${AT}/${id}`)).body.committed).toBe(false);
    expect((await commit(id, undefined, { key: KEYS.write })).body.code).toBe("TRANSACTION_NOT_FOUND");
  });

  it("its branch is deleted only by force, and then it is rolled back", async () => {
    await must(server, "POST", "/v1/branches", { name: "gone" });
    const begun = await post(server, "/v1/branches/gone/transactions", { idle_ms: 60_000 });
    const at = `/v1/branches/gone/transactions/${begun.body.transaction_id}`;
    const refused = await call(server, "DELETE", "/v1/branches/gone");
    expect([refused.status, refused.body.code, refused.body.error]).toEqual([409, "BRANCH_BUSY", "Conflict"]);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await get(server, at)).body.state).toBe("writing");
    expect((await call(server, "DELETE", "/v1/branches/gone?force=true")).status).toBe(204);
    expect((await get(server, at)).body.code).toBe("TRANSACTION_NOT_FOUND");
    expect((await get(server, "/v1/branches/gone")).status).toBe(404);
  });

  it("reading takes the scope to read, and writing the one to write", async () => {
    expect((await post(server, AT, { mode: "write" }, { key: KEYS.read })).body.code).toBe("FORBIDDEN");
    const id = await begin({ mode: "read" }, { key: KEYS.read });
    await rollBack(id, { key: KEYS.read });
    expect((await post(server, AT, {}, { key: KEYS.nothing })).status).toBe(403);
  });

  it("a key that is limited to tables has none, and one that is limited to branches has those", async () => {
    const make = (body: object) => must(server, "POST", "/v1/auth/keys", { name: "k", ...body });
    const tables = await make({ scopes: ["read", "write"], tables: ["accounts"] });
    expect((await post(server, AT, {}, { key: tables.key })).body.code).toBe("FORBIDDEN");
    const branches = await make({ scopes: ["read", "write"], branches: ["dev*"] });
    expect((await post(server, AT, {}, { key: branches.key })).body.code).toBe("BRANCH_NOT_FOUND");
  });
});
