import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { type NodeOptions, ServerNode, SHORT_LEASE } from "../../support/cell.js";
import { call, execute, must, query } from "../../support/http.js";
import { ServerProcess } from "../../support/server.js";

describe.skipIf(PROGRAMS === null)("servers as nodes of a cell", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  const started: (ServerNode | ServerProcess)[] = [];
  afterEach(async () => {
    for (const node of started.splice(0)) {
      await node.kill();
      if (node instanceof ServerNode) node.removeData();
      else await node.remove();
    }
  });

  const start = async (node: string, cell: string, options: Partial<NodeOptions> = {}) => {
    const env = { ...SHORT_LEASE, ...options.env };
    const made = await ServerNode.start({ urls: store.urls, cell, node, ...options, env });
    started.push(made);
    return made;
  };
  const again = (node: ServerNode, cell: string, env?: Record<string, string>) =>
    start(node.name, cell, { dataDir: node.dataDir, port: node.port, ...(env && { env }) });
  const names = async (node: { url: string }, branch = "main") =>
    (await query(node, branch, "SELECT name FROM items ORDER BY id")).rows.map((row: { name: string }) => row.name);

  it("a standby passes requests on, takes over with everything, and the one before follows it", async () => {
    const cell = randomUUID();
    const first = await start("first", cell);
    await first.isActive();
    const second = await start("second", cell);
    await execute(first, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    // Through the standby: what it answers is the active node's.
    await second.isFollowing();
    await execute(second, "main", "INSERT INTO items (name) VALUES ('through the second')");
    await must(second, "POST", "/v1/branches", { name: "dev" });
    await execute(second, "dev", "INSERT INTO items (name) VALUES ('on a branch')");
    const { key } = await must(second, "POST", "/v1/auth/keys", { name: "made before", scopes: ["read"] });
    await must(second, "POST", "/v1/tenants", { name: "other" });
    expect(await names(first)).toEqual(["through the second"]);
    expect(await call(second, "POST", "/v1/branches/nowhere/query", { sql: "SELECT 1" })).toMatchObject({
      status: 404,
    });
    await second.isFollowing();
    const readiness = await fetch(`${second.url}/readyz`);
    expect([readiness.status, await readiness.text()]).toEqual([
      503,
      `[-]node not ready: second is a standby of the cell ${cell}\nleader: first at ${first.url}\nentries behind: 0`,
    ]);
    expect(await (await fetch(`${second.url}/livez`)).text()).toBe("OK");
    expect(await (await fetch(`${second.url}/metrics`)).text()).toContain("heliosdb_cell_active 0");
    const metrics = await (await fetch(`${first.url}/metrics`)).text();
    expect(metrics).toContain("heliosdb_cell_active 1");
    expect(Number(/^heliosdb_cell_lease_seconds ([\d.]+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
    const namesake = await start("first", cell);
    expect(await namesake.ended()).toBe(1);
    expect(namesake.output).toContain(
      `The server could not start: another node at ${first.url} has the name first in the cell ${cell}`,
    );

    await first.kill();
    expect(await call(second, "GET", "/v1/branches")).toMatchObject({ status: 503, body: { code: "NOT_ACTIVE" } });
    await second.isActive();
    expect([await names(second), await names(second, "dev")]).toEqual([
      ["through the second"],
      ["through the second", "on a branch"],
    ]);
    const read = await fetch(`${second.url}/v1/branches`, { headers: { "x-api-key": key } });
    expect(read.status).toBe(200);
    expect((await must(second, "GET", "/v1/tenants")).tenants.map(({ name }: { name: string }) => name)).toContain(
      "other",
    );
    expect(readFileSync(join(second.dataDir, "jwt.secret"), "utf8")).toBe(
      readFileSync(join(first.dataDir, "jwt.secret"), "utf8"),
    );
    await execute(second, "main", "INSERT INTO items (name) VALUES ('in the second epoch')");

    const back = await again(first, cell);
    await back.isFollowing();
    expect(await names(back)).toEqual(["through the second", "in the second epoch"]);
    // It lets go of the cell, so nobody waits for the end of a lease.
    expect(await second.stop()).toBe(0);
    await back.isActive();
    expect(await names(back)).toEqual(["through the second", "in the second epoch"]);
  });

  it("a node that is frozen beyond its lease tells nothing when it goes on, and ends", async () => {
    const cell = randomUUID();
    const first = await start("first", cell);
    await first.isActive();
    await execute(first, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    const second = await start("second", cell);
    await second.isFollowing();
    first.signalGroup("SIGSTOP");
    const waiting = call(first, "POST", "/v1/branches/main/query", { sql: "SELECT count(*) AS n FROM items" }).then(
      ({ status, body }) => [status, body.code],
      () => "cut",
    );
    const writing = call(first, "POST", "/v1/branches/main/execute", {
      sql: "INSERT INTO items (name) VALUES ('too late')",
    }).then(
      ({ status }) => status,
      () => "cut",
    );
    await second.isActive();
    await execute(second, "main", "INSERT INTO items (name) VALUES ('new')");
    first.signalGroup("SIGCONT");
    expect(await first.ended()).toBe(75);
    expect(first.output).toContain("another node serves the cell");
    expect(["cut", [503, "NOT_ACTIVE"]]).toContainEqual(await waiting);
    expect(["cut", 503]).toContain(await writing);
    expect(await names(second)).toEqual(["new"]);
    const back = await again(first, cell);
    await back.isFollowing();
    expect(await names(back)).toEqual(["new"]);
  });

  it("the first node brings the databases that it has, all of them before anybody else can take over", async () => {
    const cell = randomUUID();
    const alone = await ServerProcess.start();
    started.push(alone);
    await execute(alone, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    await execute(alone, "main", "INSERT INTO items (name) VALUES ('from before')");
    await must(alone, "POST", "/v1/branches", { name: "dev" });
    await execute(alone, "dev", "INSERT INTO items (name) VALUES ('on a branch')");
    await must(alone, "POST", "/v1/tenants", { name: "other" });
    const { key } = await must(alone, "POST", "/v1/auth/keys", { name: "o", scopes: ["admin"], tenant_id: "other" });
    const asOther = (node: { url: string }, path: string, sql: string) =>
      fetch(`${node.url}/v1/branches/main/${path}`, {
        method: "POST",
        headers: { "x-api-key": key, "content-type": "application/json" },
        body: JSON.stringify({ sql }),
      }).then((response) => response.json() as Promise<{ rows?: unknown }>);
    await asOther(alone, "execute", "CREATE TABLE secret (v TEXT)");
    await execute(alone, "main", "CREATE TABLE large AS SELECT randomblob(8000000) AS v");
    await alone.stop();

    // Sending them takes longer than a query may.
    const env = { HELIOSDB_MAX_TIMEOUT_MS: "40" };
    const first = await start("first", cell, { dataDir: alone.dataDir, env });
    await first.isActive();
    const second = await start("second", cell);
    await second.isFollowing();
    await first.kill();
    await second.isActive();
    expect([await names(second), await names(second, "dev")]).toEqual([
      ["from before"],
      ["from before", "on a branch"],
    ]);
    expect((await asOther(second, "query", "SELECT count(*) AS n FROM secret")).rows).toEqual([{ n: 0 }]);
  });

  it("a folder of databases that are not the cell's is refused, and left alone", async () => {
    const cell = randomUUID();
    const first = await start("first", cell);
    await first.isActive();
    const alone = await ServerProcess.start();
    started.push(alone);
    await execute(alone, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    await alone.stop();
    await expect(start("second", cell, { dataDir: alone.dataDir })).rejects.toThrow(
      /has databases, and the cell .* has others/,
    );
    const later = await ServerProcess.start({ dataDir: alone.dataDir });
    started.push(later);
    expect(await names(later)).toEqual([]);
  });

  it("what a node leaves is an ordinary data folder, unless it was killed", async () => {
    const cell = randomUUID();
    const first = await start("first", cell);
    await first.isActive();
    await execute(first, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    await execute(first, "main", "INSERT INTO items (name) VALUES ('one')");
    const [second, third] = [await start("second", cell), await start("third", cell)];
    await second.isFollowing();
    await third.isFollowing();
    expect(await second.stop()).toBe(0);
    await third.kill();
    const { path: backup } = await must(first, "POST", "/v1/backups", { name: "kept" });
    expect(existsSync(join(backup, "catalog.db"))).toBe(true);
    expect(existsSync(join(backup, "cell.json"))).toBe(false);
    await first.kill();
    await expect(ServerProcess.start({ dataDir: first.dataDir })).rejects.toThrow(/may not be on its disk/);
    const restarted = await again(first, cell);
    await restarted.isActive();
    expect(await restarted.stop()).toBe(0);
    await expect(ServerProcess.start({ dataDir: third.dataDir })).rejects.toThrow(/an entry may be in it by half/);
    for (const dataDir of [first.dataDir, second.dataDir, backup]) {
      const alone = await ServerProcess.start({ dataDir });
      started.push(alone);
      expect(await names(alone)).toEqual(["one"]);
      await execute(alone, "main", "INSERT INTO items (name) VALUES ('two')");
      await alone.stop();
      // It can't come back with what nobody else has.
      await expect(start("second", cell, { dataDir })).rejects.toThrow(/has databases, and the cell .* has others/);
    }
  });

  it("without its store a node refuses requests once its lease is over, and goes on with it", async () => {
    const own = await TestStore.start();
    const cell = randomUUID();
    try {
      const node = await start("first", cell, { urls: own.urls });
      await node.isActive();
      await execute(node, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
      await own.primary.kill();
      await node.until(async () => {
        const answer = await call(node, "POST", "/v1/branches/main/query", { sql: "SELECT * FROM items" });
        return answer.status === 503 && answer.body.code === "NOT_ACTIVE" && answer.headers.has("retry-after");
      });
      expect(await (await fetch(`${node.url}/readyz`)).text()).toContain("[-]node not ready: its store doesn't answer");
      expect((await fetch(`${node.url}/livez`)).status).toBe(200);
      await own.primary.start();
      await node.isActive();
      await execute(node, "main", "INSERT INTO items (name) VALUES ('after')");
      expect(await names(node)).toEqual(["after"]);
    } finally {
      for (const node of started) await node.kill();
      await own.stop();
    }
  });

  it("a store whose commits wait for nobody is not served from, unless that is somebody else's to know", async () => {
    const cell = randomUUID();
    await store.primary.run("ALTER SYSTEM SET synchronous_standby_names = ''");
    await store.primary.run("SELECT pg_reload_conf()");
    try {
      const careful = await start("careful", cell);
      await careful.until(async () => careful.output.includes("don't wait for a standby"));
      expect(await call(careful, "GET", "/v1/branches")).toMatchObject({ status: 503, body: { code: "NOT_ACTIVE" } });
      expect(await careful.stop()).toBe(0);
      const managed = await again(careful, cell, { HELIOSDB_STORE_DURABILITY: "managed" });
      await managed.isActive();
    } finally {
      await store.primary.run("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
      await store.primary.run("SELECT pg_reload_conf()");
    }
  });

  it("needs a lease of at least two seconds, and no setting of a cell without a store", async () => {
    await expect(start("first", "c", { env: { HELIOSDB_LEASE_MS: "100" } })).rejects.toThrow(/HELIOSDB_LEASE_MS/);
    await expect(ServerProcess.start({ env: { HELIOSDB_CELL: "c" } })).rejects.toThrow(
      /HELIOSDB_CELL means nothing without HELIOSDB_STORE_URLS/,
    );
  });
});
