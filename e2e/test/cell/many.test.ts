import { createHmac, randomUUID } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { type NodeOptions, ServerNode } from "../../support/cell.js";
import { callAs, must } from "../../support/http.js";
import { runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const MAIN = resolve(import.meta.dirname, "../../../apps/server/dist/bundle/main.js");
const SECRET = "the same in all cells, as long as it is";
const SECRETS = {
  HELIOSDB_TENANTS: "auto",
  HELIOSDB_JWT_SECRET: SECRET,
  HELIOSDB_SIGNING_KEY: "so is this one, of 32 characters",
};

/** A token of any claims. */
function signed(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
}

/** Sends a request that is signed with its body. */
function sendSigned(at: { url: string }, id: string, secret: string, path: string, body: string): Promise<Response> {
  const [time, nonce] = [String(Math.floor(Date.now() / 1000)), randomUUID()];
  const signature = createHmac("sha256", secret).update(`POST${path}${time}${nonce}${body}`).digest("hex");
  const headers = { "x-api-key": id, "x-timestamp": time, "x-nonce": nonce, "x-signature": signature };
  return fetch(at.url + path, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body });
}

describe.skipIf(PROGRAMS === null)("several cells on a store", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  const started: ServerNode[] = [];
  afterEach(async () => {
    for (const node of started) await node.kill();
    for (const node of started.splice(0)) node.removeData();
  });

  const start = async (cell: string, node: string, options: Partial<NodeOptions> = {}) => {
    const made = await ServerNode.start({ urls: store.urls, cell, node, env: SECRETS, ...options });
    started.push(made);
    return made;
  };
  const cells = async (...names: readonly string[]) => {
    const run = randomUUID().slice(0, 8);
    const nodes = await Promise.all(names.map((name) => start(`${name}-${run}`, name)));
    await Promise.all(nodes.map((node) => node.isActive()));
    return { run, nodes };
  };
  const move = (tenant: string, cell: string) =>
    runProgram(process.execPath, [MAIN, "tenant", "move", tenant, "--to", cell, "--store-urls", store.urls.join(",")]);
  const shop = async (node: ServerNode, name: string) => {
    await must(node, "POST", "/v1/tenants", { name });
    const { key } = await must(node, "POST", "/v1/auth/keys", { name: "k", tenant_id: name, scopes: ["admin"] });
    const run = (at: { url: string }, sql: string, branch = "main", headers = {}) =>
      callAs(key, at, "POST", `/v1/branches/${branch}/execute`, { sql }, headers);
    const names = async (at: { url: string }, branch = "main") => {
      const sql = "SELECT name FROM items ORDER BY name";
      const { body } = await callAs(key, at, "POST", `/v1/branches/${branch}/query`, { sql });
      return body.rows.map((row: { name: string }) => row.name);
    };
    expect((await run(node, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")).status).toBe(200);
    return { key: key as string, run, names };
  };

  it("any node answers for every tenant, by key, by token and by signature, behind fronts as well", async () => {
    const run = randomUUID().slice(0, 8);
    const [a, b] = await Promise.all([
      start(`a-${run}`, "a", { env: { ...SECRETS, HELIOSDB_FRONTS: "2" } }),
      start(`b-${run}`, "b"),
    ]);
    await Promise.all([a.isActive(), b.isActive()]);
    const standby = await start(`a-${run}`, "standby");
    await standby.isFollowing();
    const name = `shop-${run}`;
    const tenant = await shop(b, name);
    for (const at of [a, standby, b]) {
      expect(await tenant.run(at, `INSERT INTO items (name) VALUES ('through ${at.name}')`)).toMatchObject({
        status: 200,
      });
      expect(await tenant.names(at)).toContain(`through ${at.name}`);
    }
    const { token } = (await callAs(tenant.key, a, "POST", "/v1/auth/token", {})).body;
    const byToken = await fetch(`${a.url}/v1/branches`, { headers: { authorization: `Bearer ${token}` } });
    expect([byToken.status, await byToken.json()]).toMatchObject([200, { branches: [{ name: "main" }] }]);

    const { id } = (await callAs(tenant.key, a, "GET", "/v1/auth/keys")).body.keys[0];
    const { signing_secret: secret } = (await callAs(tenant.key, a, "POST", `/v1/auth/keys/${id}/signing-secret`)).body;
    const signedQuery = (body: string) => sendSigned(a, id, secret, "/api/v1/query", body);
    const read = await signedQuery('{"sql":"SELECT name FROM items ORDER BY name"}');
    expect([read.status, await read.text()]).toEqual([200, expect.stringContaining("through b")]);
    expect((await sendSigned(a, id, `${secret}x`, "/api/v1/query", '{"sql":"SELECT 1"}')).status).toBe(401);

    expect((await callAs(API_KEY, a, "POST", "/v1/tenants", { name })).body).toMatchObject({
      code: "TENANT_EXISTS",
      message: expect.stringContaining(`in the cell b-${run}`),
    });
    const wrong = `${tenant.key.slice(0, -4)}zzzz`;
    expect((await callAs(wrong, a, "GET", "/v1/branches")).status).toBe(401);
    expect((await callAs("hdb_k_nobodyhasthis_0123456789abcdef", a, "GET", "/v1/branches")).status).toBe(401);
    // The default tenant is each cell's own.
    await must(a, "POST", "/v1/branches", { name: "only-in-a" });
    expect((await callAs(API_KEY, b, "GET", "/v1/branches/only-in-a")).status).toBe(404);

    await must(b, "DELETE", `/v1/tenants/${name}`);
    expect((await tenant.run(a, "SELECT 1")).status).toBe(401);
    await must(a, "POST", "/v1/tenants", { name });

    await b.kill();
    const other = await shop(a, `other-${run}`);
    expect(await other.names(a)).toEqual([]);
  });

  it("a tenant that its first write makes is in one cell, whichever nodes are asked", async () => {
    const { run, nodes } = await cells("a", "b");
    const name = `new-${run}`;
    const token = signed({ sub: "ann", tenant_id: name, scopes: ["write"], exp: Math.floor(Date.now() / 1000) + 600 });
    const send = async (at: ServerNode, sql: string) => {
      for (;;) {
        const response = await fetch(`${at.url}/v1/branches/main/execute`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({ sql }),
        });
        const body = await response.json();
        if (response.status !== 503) return [response.status, body];
        await sleep(20);
      }
    };
    const create = "CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name TEXT)";
    const made = await Promise.all([...nodes, ...nodes, ...nodes].map((at) => send(at, create)));
    expect(made.map(([status]) => status)).toEqual(made.map(() => 200));
    for (const at of nodes) await send(at, `INSERT INTO items (name) VALUES ('${at.name}')`);
    const lists = await Promise.all(nodes.map((at) => must(at, "GET", "/v1/tenants")));
    const having = lists.map(({ tenants }) => tenants.filter((each: { name: string }) => each.name === name).length);
    expect(having.sort()).toEqual([0, 1]);
    const [, body] = await send(nodes[0]!, "INSERT INTO items (name) SELECT count(*) FROM items RETURNING name");
    expect(JSON.stringify(body)).toContain('"2"');
  });

  it("moves a tenant with all it has, while it is in use", async () => {
    const { run, nodes } = await cells("a", "b");
    const [a, b] = nodes as [ServerNode, ServerNode];
    const name = `shop-${run}`;
    const tenant = await shop(a, name);
    await callAs(tenant.key, a, "POST", "/v1/branches", { name: "dev" });
    await tenant.run(a, "INSERT INTO items (name) VALUES ('on dev')", "dev");
    await callAs(tenant.key, a, "POST", "/v1/auth/users", { id: "ann", name: "Ann", role: "editor" });
    const once = { "idempotency-key": randomUUID() };
    const first = await tenant.run(a, "INSERT INTO items (name) VALUES ('once')", "main", once);

    let isOver = false;
    const acknowledged: string[] = [];
    const odd: unknown[] = [];
    const write = async (writer: number) => {
      for (let n = 0; !isOver; n++) {
        const row = `${writer}-${n}`;
        const key = { "idempotency-key": randomUUID() };
        for (;;) {
          const at = (n + writer) % 2 === 0 ? a : b;
          const answer = await tenant
            .run(at, `INSERT INTO items (name) VALUES ('${row}')`, "main", key)
            .catch(() => null);
          if (answer?.status === 200) break;
          if (answer !== null && answer.status !== 503 && answer.status !== 409) odd.push(answer.status, answer.body);
          await sleep(20);
        }
        acknowledged.push(row);
      }
    };
    const writers = [write(0), write(1), write(2)];
    await sleep(500);
    const moved = await move(name, `b-${run}`);
    expect([moved.code, moved.stderr]).toEqual([0, ""]);
    expect(moved.stdout).toContain(`moving ${name} from the cell a-${run} to b-${run}\n`);
    expect(moved.stdout).toContain(`moved: the cell b-${run} serves ${name}\n`);
    await sleep(500);
    isOver = true;
    await Promise.all(writers);
    expect(odd).toEqual([]);

    for (const at of [a, b]) {
      expect(await tenant.names(at)).toEqual(["once", ...acknowledged].sort());
      expect(await tenant.names(at, "dev")).toEqual(["on dev"]);
      const again = await tenant.run(at, "INSERT INTO items (name) VALUES ('once')", "main", once);
      expect([again.status, again.body.scn]).toEqual([200, first.body.scn]);
      const { users } = (await callAs(tenant.key, at, "GET", "/v1/auth/users")).body;
      expect(users).toMatchObject([{ id: "ann" }]);
      const { entries } = (await callAs(tenant.key, at, "GET", "/v1/audit?operation=createBranch")).body;
      expect(entries).toHaveLength(1);
    }
    const listed = async (node: ServerNode) =>
      (await must(node, "GET", "/v1/tenants")).tenants.map((each: { name: string }) => each.name);
    expect([await listed(a), await listed(b)]).toEqual([["default"], ["default", name]]);
    const [row] = await store.primary.run("SELECT cell FROM helios.stream WHERE name LIKE 't_%' AND cell LIKE $1", [
      `%${run}`,
    ]);
    expect(row).toEqual({ cell: `b-${run}` });

    const status = await runProgram(process.execPath, [
      ...[MAIN, "cell", "status", "--cell", `b-${run}`],
      ...["--store-urls", store.urls.join(",")],
    ]);
    expect(status.stdout).toContain(`cells    a-${run}, 0 tenants beside its own\n`);
    expect(status.stdout).toContain(`cells    b-${run}, 1 tenant beside its own\n`);
    const twice = await move(name, `b-${run}`);
    expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining("is in the cell")]);
    // And back, to a node that starts anew meanwhile.
    await a.stop();
    const back = move(name, `a-${run}`);
    await sleep(700);
    const again = await start(`a-${run}`, "a", { dataDir: a.dataDir, port: a.port });
    expect((await back).code).toBe(0);
    expect(await tenant.names(again)).toEqual(["once", ...acknowledged].sort());
    expect(existsSync(join(b.dataDir, "databases"))).toBe(true);
    expect((await listed(again)).includes(name)).toBe(true);
  });

  it("serves no users and keys of an earlier time, where a tenant comes back to a cell that had not ended its part", async () => {
    const { run, nodes } = await cells("a", "b");
    const [a, b] = nodes as [ServerNode, ServerNode];
    const name = `shop-${run}`;
    const tenant = await shop(a, name);
    const { key: old, id } = await must(a, "POST", "/v1/auth/keys", {
      name: "old",
      tenant_id: name,
      scopes: ["admin"],
    });
    const waits = (event: string) => async () =>
      (
        await store.primary.run("SELECT FROM pg_stat_activity WHERE wait_event = $1 AND query = $2", [
          event,
          event === "PgSleep" ? "UPDATE move SET state = 'switched' WHERE tenant = $1" : "COMMIT",
        ])
      ).length > 0;
    // The node ends when it has given the tenant away, and before it hears so.
    await store.primary.run(
      "CREATE FUNCTION helios.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NEW; END'",
    );
    await store.primary.run(
      `CREATE TRIGGER slow BEFORE UPDATE ON helios.move FOR EACH ROW
       WHEN (OLD.state = 'ready' AND NEW.state = 'switched') EXECUTE FUNCTION helios.slow()`,
    );
    const moved = move(name, `b-${run}`);
    await a.until(waits("PgSleep"));
    const release = await store.standby.hold();
    await a.until(waits("SyncRep"));
    await a.kill();
    release();
    expect((await moved).code).toBe(0);

    const { key: made } = (await callAs(tenant.key, b, "POST", "/v1/auth/keys", { name: "made", scopes: ["admin"] }))
      .body;
    expect((await callAs(tenant.key, b, "DELETE", `/v1/auth/keys/${id}`)).status).toBe(200);
    await tenant.run(b, "INSERT INTO items (name) VALUES ('in b')");
    const back = move(name, `a-${run}`);
    const asked = "SELECT FROM helios.move WHERE tenant = $1";
    await b.until(async () => (await store.primary.run(asked, [name])).length > 0);
    const again = await start(`a-${run}`, "a", { dataDir: a.dataDir, port: a.port });
    expect((await back).code).toBe(0);
    expect(await tenant.names(again)).toEqual(["in b"]);
    expect((await callAs(made, again, "GET", "/v1/branches")).status).toBe(200);
    expect((await callAs(old, again, "GET", "/v1/branches")).status).toBe(401);
  });

  it("leaves a folder that can leave the cell when it is stopped, though the process before was killed", async () => {
    const { run, nodes } = await cells("a");
    const [a] = nodes as [ServerNode];
    const tenant = await shop(a, `shop-${run}`);
    await must(a, "POST", "/v1/branches", { name: "of-the-default-tenant" });
    await a.kill();
    const databases = join(a.dataDir, "databases");
    const marks = readdirSync(databases).map((name) => join(databases, name, "log-disk"));
    expect(marks).toHaveLength(2);
    const openedAt = () => marks.map((mark) => statSync(mark).mtimeMs);
    const before = openedAt();
    const again = await start(`a-${run}`, "a", { dataDir: a.dataDir });
    // Nobody asks for anything.
    await again.until(async () => openedAt().every((at, i) => at !== before[i]));
    expect(await again.stop()).toBe(0);
    const alone = await ServerProcess.start({ dataDir: a.dataDir, env: SECRETS });
    try {
      expect(await tenant.names(alone)).toEqual([]);
    } finally {
      await alone.stop();
    }
  });

  it("refuses a move that would end tokens, and one to a cell that is not there", async () => {
    const { run, nodes } = await cells("a");
    const [a] = nodes as [ServerNode];
    const other = await start(`b-${run}`, "b", {
      env: { ...SECRETS, HELIOSDB_JWT_SECRET: "another one, and as long as the first" },
    });
    await other.isActive();
    const name = `shop-${run}`;
    const tenant = await shop(a, name);
    const refused = await move(name, `b-${run}`);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("the cells have different secrets")]);
    expect(await tenant.names(a)).toEqual([]);
    expect((await move(name, "nowhere")).stderr).toContain("has no cell 'nowhere'");
    expect((await move("nobody", `b-${run}`)).stderr).toContain("No cell of the store has a tenant 'nobody'");
    expect((await move("default", `b-${run}`)).stderr).toContain("a tenant 'default' of its own");
  });
});
