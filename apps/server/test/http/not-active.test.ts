import { LogFigures } from "@heliosdb/engine-host";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EMBEDDED_HOSTS } from "../../dist/index.js";
import { get, post } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

describe("a node of a cell that may not be the active one any more", () => {
  let server: TestServer;
  let mayAnswer = () => true;
  let changes = 0;
  let waitingMs = 0;
  beforeAll(async () => {
    const nothing = async () => {};
    server = await startServer({
      server: {
        // The databases have no logs here: this is about what leaves the server.
        databaseHosts: {
          start: (dataDir, { cell: _, ...settings }) => EMBEDDED_HOSTS.start(dataDir, settings),
          check: EMBEDDED_HOSTS.check,
        },
        cell: {
          store: { urls: [], cell: "c", epoch: 1 },
          lock: { release() {} },
          catalogLog: {
            opened() {},
            async settle() {
              changes++;
            },
            close: nothing,
          },
          addSecrets: nothing,
          opened: nothing,
          freeAddress: nothing,
          registry: { addTenant: nothing, removeTenant: nothing, addKey: nothing },
          open: async () => ({
            elsewhere: { lacks: () => false, passOn: async () => false, has: async () => false },
            stop: nothing,
          }),
          mayAnswer: () => mayAnswer(),
          leftMs: () => (mayAnswer() ? 1500 : 0),
          ownLog: () => new LogFigures().metrics({ waitingBytes: 0, heldAnswers: 0, waitingMs }),
        },
      },
    });
    await post(server, "/v1/branches/main/execute", { sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE)" });
  });
  afterAll(() => server?.remove());
  beforeEach(() => {
    mayAnswer = () => true;
  });

  /** True when the request arrives, and never again. */
  const endsMeanwhile = () => {
    let asked = 0;
    mayAnswer = () => asked++ === 0;
  };
  const rows = async () => (await post(server, "/v1/branches/main/query", { sql: "SELECT v FROM t" })).body.rows;

  it("refuses requests when they arrive, and does nothing", async () => {
    mayAnswer = () => false;
    const write = await post(server, "/v1/branches/main/execute", { sql: "INSERT INTO t (v) VALUES ('refused')" });
    expect([write.status, write.body.code, write.headers.get("retry-after")]).toEqual([503, "NOT_ACTIVE", "1"]);
    for (const path of ["/v1/branches", "/health", "/v1/tenants"]) {
      expect([path, (await get(server, path)).body.code]).toEqual([path, "NOT_ACTIVE"]);
    }
    // Whoever has no credential hears no more than that.
    expect((await get(server, "/v1/branches", { key: null })).body.code).toBe("NOT_ACTIVE");
    mayAnswer = () => true;
    expect(await rows()).toEqual([]);
  });

  it("still says how it is", async () => {
    mayAnswer = () => false;
    expect((await get(server, "/livez", { key: null })).status).toBe(200);
    const ready = await get(server, "/readyz", { key: null });
    expect([ready.status, ready.body.split("\n")[0]]).toEqual([503, expect.stringContaining("[-]node not ready")]);
    expect((await get(server, "/metrics", { key: null })).body).toContain("heliosdb_cell_active 0");
    mayAnswer = () => true;
    expect((await get(server, "/metrics", { key: null })).body).toContain("heliosdb_cell_lease_seconds 1.5");
  });

  it("says when changes of its catalog have been waiting for the store for too long", async () => {
    waitingMs = 1001;
    // What it said last is said again for a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const stuck = await get(server, "/readyz", { key: null });
    waitingMs = 0;
    expect([stuck.status, stuck.body.split("\n").at(-1)]).toEqual([
      503,
      "[-]log not ready: changes of the catalog have been waiting for the store for 1001 ms",
    ]);
  });

  it("tells nothing of a request that took too long: not what was read, not an error, not what was written", async () => {
    endsMeanwhile();
    const read = await post(server, "/v1/branches/main/query", { sql: "SELECT 'told' AS v" });
    expect([read.status, read.body.code, JSON.stringify(read.body)]).toEqual([
      503,
      "NOT_ACTIVE",
      expect.not.stringContaining("told"),
    ]);
    endsMeanwhile();
    const lines = await post(
      server,
      "/v1/branches/main/query",
      { sql: "SELECT 'told' AS v" },
      { accept: "application/x-ndjson" },
    );
    expect([lines.status, JSON.stringify(lines.body)]).toEqual([503, expect.not.stringContaining("told")]);
    endsMeanwhile();
    expect((await post(server, "/v1/branches/main/query", { sql: "SELECT * FROM nowhere" })).body.code).toBe(
      "NOT_ACTIVE",
    );
    endsMeanwhile();
    const write = await post(server, "/v1/branches/main/execute", { sql: "INSERT INTO t (v) VALUES ('done')" });
    expect([write.status, write.body.code]).toEqual([503, "WORKER_LOST"]);
    expect(write.body.message).toContain("is not known");
    mayAnswer = () => true;
    expect(await rows()).toEqual([{ v: "done" }]);
    endsMeanwhile();
    const twice = await post(server, "/v1/branches/main/execute", { sql: "INSERT INTO t (v) VALUES ('done')" });
    expect(twice.body.code).toBe("WORKER_LOST");
  });

  it("waits for the log of the catalog before anybody is told of a change of it", async () => {
    const before = changes;
    expect((await post(server, "/v1/auth/keys", { name: "new", scopes: ["read"] })).status).toBe(201);
    expect(changes).toBeGreaterThan(before);
  });
});
