import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { childrenOf } from "../../faults/children.js";
import { ServerNode } from "../../support/cell.js";
import { call, execute, must } from "../../support/http.js";
import { ServerProcess } from "../../support/server.js";

// Without PostgreSQL, nodes.test.ts says so.
describe.skipIf(PROGRAMS === null)("the figures of a cell's logs", () => {
  const cell = randomUUID();
  let store: TestStore;
  let node: ServerNode;
  let goOn = () => {};
  beforeAll(async () => {
    store = await TestStore.start();
    node = await ServerNode.start({ urls: store.urls, cell, node: "first" });
    await node.isActive();
    await execute(node, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
    await must(node, "POST", "/v1/tenants", { name: "other" });
  });
  afterEach(() => goOn());
  afterAll(async () => {
    await node?.kill();
    node?.removeData();
    await store?.stop();
  });

  const figures = async () => {
    const page = await (await fetch(`${node.url}/metrics`)).text();
    return (name: string) => {
      const line = page.split("\n").find((each) => each.startsWith(`heliosdb_log_${name} `));
      return line === undefined ? null : Number(line.split(" ")[1]);
    };
  };
  /** As the store has them. */
  const inStore = async () => {
    const sql = "SELECT sum(head)::int AS entries, sum(bytes)::int AS bytes FROM helios.stream WHERE cell = $1";
    return (await store.primary.run(sql, [cell]))[0] as { entries: number; bytes: number };
  };
  const agrees = () =>
    node.until(async () => {
      const [read, { entries, bytes }] = [await figures(), await inStore()];
      return read("entries_total") === entries && read("bytes_total") === bytes;
    });
  const isIdle = () =>
    node.until(async () => {
      const read = await figures();
      return ["waiting_bytes", "waiting_seconds", "held_answers"].every((name) => read(name) === 0);
    });
  const parts = async () => {
    const response = await fetch(`${node.url}/readyz`, { headers: { accept: "application/json" } });
    return ((await response.json()) as { parts: Record<string, { ok: boolean; problem?: string }> }).parts;
  };
  const problemOf = async (part: string) => (await parts())[part]?.problem ?? "";
  const write = (v: string) =>
    call(node, "POST", "/v1/branches/main/execute", { sql: `INSERT INTO t (v) VALUES ('${v}')` });

  it("are those of the store, over all databases and the catalog", async () => {
    const before = await inStore();
    for (const v of ["a", "b", "c"]) await write(v);
    await must(node, "POST", "/v1/auth/keys", { name: "k", scopes: ["read"] });
    await agrees();
    const [now, read] = [await inStore(), await figures()];
    expect(now.entries).toBeGreaterThanOrEqual(before.entries + 4);
    expect(read("append_seconds_count")).toBe(read("entries_total"));
    expect(read('append_seconds_bucket{le="+Inf"}')).toBe(read("entries_total"));
    expect(read("append_seconds_sum")).toBeGreaterThan(0);
    await isIdle();
    expect((await parts()).log).toEqual({ ok: true });
  });

  it("tell of writes that the store holds up, and of reads that would tell of them", async () => {
    await agrees();
    const before = (await figures())("entries_total")!;
    goOn = await store.standby.hold();
    const writing = write("held");
    const reading = call(node, "POST", "/v1/branches/main/query", {
      sql: "SELECT count(*) AS n FROM t WHERE v = 'held'",
    });
    await node.until(async () => {
      const read = await figures();
      return read("waiting_bytes")! > 0 && read("held_answers")! >= 1 && read("waiting_seconds")! > 1;
    });
    expect((await figures())("entries_total")).toBe(before);
    await node.until(async () => /^entries have been waiting for the store for \d+ ms$/.test(await problemOf("log")));
    expect((await fetch(`${node.url}/readyz`)).status).toBe(503);
    goOn();
    expect([(await writing).status, (await reading).status]).toEqual([200, 200]);
    await node.isActive();
    await agrees();
    expect((await figures())("entries_total")).toBeGreaterThan(before);
    await isIdle();
  });

  it("tell of changes of the catalog that the store holds up", async () => {
    await agrees();
    goOn = await store.standby.hold();
    const making = call(node, "POST", "/v1/auth/keys", { name: "held", scopes: ["read"] });
    await node.until(async () => {
      const read = await figures();
      return read("waiting_bytes")! > 0 && read("held_answers")! >= 1 && read("waiting_seconds")! > 1;
    });
    await node.until(async () => (await problemOf("log")).startsWith("changes of the catalog have been waiting"));
    goOn();
    expect((await making).status).toBe(201);
    await node.isActive();
    await agrees();
  });

  it("keep counting when a writer is killed whose entries wait", async () => {
    goOn = await store.standby.hold();
    const writing = write("survives");
    await node.until(async () => (await figures())("waiting_bytes")! > 0);
    const before = await inStore();
    for (const { pid, kind } of childrenOf(node.child.pid!)) if (kind === "writer") process.kill(pid, "SIGKILL");
    goOn();
    await writing;
    await node.isActive();
    await write("after");
    await isIdle();
    expect((await inStore()).entries).toBeGreaterThan(before.entries);
  });

  it("are not there on a server of its own", async () => {
    const alone = await ServerProcess.start();
    try {
      expect(await (await fetch(`${alone.url}/metrics`)).text()).not.toContain("heliosdb_log_");
      expect(await (await fetch(`${alone.url}/readyz`)).text()).not.toContain("]log ");
    } finally {
      await alone.remove();
    }
  });
});
