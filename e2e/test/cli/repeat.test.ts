import { afterAll, beforeAll, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute, must, query } from "../../support/http.js";
import { ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;

beforeAll(async () => {
  server = await ServerProcess.start({ env: { HELIOSDB_WEBHOOK_ALLOW: "127.0.0.1" } });
  helios = new Helios(server.url);
  await execute(server, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  await execute(server, "main", "INSERT INTO t VALUES (1, 'one')");
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
});

/** Names of the operations written to the audit log since entry `after`, oldest first, with what was replayed. */
async function audit(after: number) {
  const { entries } = await must(server, "GET", "/v1/audit");
  return (entries as { id: number; operation: string; replayed: boolean }[]).filter(({ id }) => id > after).reverse();
}
const newest = async (): Promise<number> => (await must(server, "GET", "/v1/audit?limit=1")).entries[0]?.id ?? 0;

/** Sends a command twice with one key; answers what both wrote, after making sure that the second was a replay. */
async function twice(operation: string, ...args: string[]) {
  const [after, key] = [await newest(), ["--idempotency-key", `${operation}-1`]];
  const first = await helios.json(...args, ...key);
  const second = await helios.json(...args, ...key);
  // Each request took its own time; SQL answers with it.
  const time = first.executionTimeMs === undefined ? {} : { executionTimeMs: expect.any(Number) };
  expect(second, args.join(" ")).toEqual({ ...first, ...time });
  expect((await audit(after)).map((entry) => [entry.operation, entry.replayed])).toEqual([
    [operation, false],
    [operation, true],
  ]);
  return first;
}
const count = async (branch = "main") => (await query(server, branch, "SELECT count(*) AS n FROM t")).rows[0].n;

it("SQL takes effect once", async () => {
  await twice("execute", "execute", "INSERT INTO t (a) VALUES ('two')");
  expect(await count()).toBe(2);
  await twice("executeBatch", "batch", "INSERT INTO t (a) VALUES ('three'); INSERT INTO t (a) VALUES ('four')");
  expect(await count()).toBe(4);
  await twice("insertRows", "data", "insert", "t", '{"a": "five"}');
  expect(await count()).toBe(5);
});

it("the life of a branch takes effect once", async () => {
  await twice("createBranch", "branch", "create", "work");
  await execute(server, "work", "INSERT INTO t (a) VALUES ('six')");
  const { id, scn } = await twice("createSnapshot", "branch", "snapshots", "create", "work", "--name", "before");
  await execute(server, "work", "DELETE FROM t");
  await twice("restoreSnapshot", "branch", "restore", "work", "--snapshot", id, "--backup", "lost");
  expect([await count("work"), await count("lost")]).toEqual([6, 0]);
  await execute(server, "work", "DELETE FROM t");
  await twice("restoreBranch", "branch", "restore", `work@scn:${scn}`, "--backup", "lost-again");
  expect([await count("work"), await count("lost-again")]).toEqual([6, 0]);
  await twice("mergeBranch", "branch", "merge", "work", "main");
  expect(await count()).toBe(6);
  await execute(server, "work", "DELETE FROM t WHERE id = 1");
  await twice("resetBranch", "branch", "reset", "work");
  expect(await count("work")).toBe(6);
  expect((await helios.run(["branch", "delete", "lost"])).code).toBe(0);
  await twice("undeleteBranch", "branch", "undelete", "lost");
  expect(await count("lost")).toBe(0);
});

it("users and tenants are made once", async () => {
  await twice("createUser", "users", "create", "ann", "--role", "viewer");
  await twice("createTenant", "tenants", "create", "other");
});

it("what answers with a secret is made once, and says so to the second", async () => {
  const list = async (what: string) => (await helios.json(what, "list")).length as number;
  for (const [what, ...args] of [
    ["keys", "create", "ci", "--scopes", "read"],
    ["webhooks", "create", "http://127.0.0.1:9/hook"],
  ] as const) {
    const before = await list(what);
    const command = [what, ...args, "--idempotency-key", `${what}-1`];
    await helios.json(...command);
    const second = await helios.run(command);
    expect([second.code, second.stderr]).toEqual([4, expect.stringContaining("IDEMPOTENCY_SECRET")]);
    expect(await list(what)).toBe(before + 1);
  }
});

it("a key is rotated once", async () => {
  const { id, key } = await helios.json("keys", "create", "job", "--scopes", "read");
  const rotate = ["key", "rotate", id, "--grace", "1h", "--idempotency-key", "rotate-1"];
  const rotated = await helios.json(...rotate);
  const second = await helios.run(rotate);
  expect([second.code, second.stderr]).toEqual([4, expect.stringContaining("IDEMPOTENCY_SECRET")]);
  // A second rotation would have ended one of these two: the grace is for the secret before the newest alone.
  for (const secret of [key, rotated.key]) {
    expect((await helios.run(["branches", "list"], { env: { HELIOSDB_API_KEY: secret } })).code).toBe(0);
  }
});

it("another command with the same key is refused and does nothing", async () => {
  const before = await count();
  const key = ["--idempotency-key", "one-key"];
  await helios.json("data", "insert", "t", '{"a": "x"}', ...key);
  const second = await helios.run(["data", "insert", "t", '{"a": "y"}', ...key]);
  expect([second.code, second.stderr]).toEqual([expect.any(Number), expect.stringContaining("IDEMPOTENCY_MISMATCH")]);
  expect(second.code).not.toBe(0);
  expect(await count()).toBe(before + 1);
});
