import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Savepoints } from "../../dist/surfaces/libsql/streams/savepoints.js";
import { Stream } from "../../dist/surfaces/libsql/streams/stream.js";
import { IDLE_MS, MOST_BYTES, Streams } from "../../dist/surfaces/libsql/streams/streams.js";
import { execute } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

const stream = (owner: string) => new Stream(owner, "main", null, "main");

async function run(...requests: object[]) {
  const response = await fetch(`${server.url}/hrana/main/v3/pipeline`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEYS.admin}` },
    body: JSON.stringify({ requests: [...requests, { type: "close" }] }),
  });
  const { results } = (await response.json()) as {
    results: { error?: { code: string }; response?: { result?: { rows: unknown[] } } }[];
  };
  return results.slice(0, -1).map(({ error, response: given }) => error?.code ?? given?.result?.rows.length ?? "ok");
}

describe("streams that wait", () => {
  const TEXT = "x".repeat(5_000);

  function withTexts(owner: string, count = 50): Stream {
    const made = stream(owner);
    for (let id = 0; id < count; id++) made.store(id, TEXT);
    return made;
  }

  function inTransaction(owner: string, made = stream(owner)): Stream {
    made.transaction = { id: "txn_1", onlyReads: false, savepoints: new Savepoints(false) };
    return made;
  }

  afterEach(() => vi.useRealTimers());

  it("are not kept where nothing is left of them but what the baton says", () => {
    const streams = new Streams();
    const left = stream("a");
    left.foreignKeys = false;
    left.lastWrite = { changes: 2, totalChanges: 3, rowid: -9_223_372_036_854_775_808n };
    const baton = streams.keep(left);
    for (const each of [streams, new Streams()]) {
      const next = each.take(baton, stream("a"))!;
      expect(next).not.toBe(left);
      expect([next.foreignKeys, next.lastWrite]).toEqual([false, left.lastWrite]);
      expect(() => each.take(baton, stream("b"))).toThrow("invalid baton");
      expect(() => each.take(baton, new Stream("a", "main", null, "other"))).toThrow("invalid baton");
    }
  });

  it("are new for a baton that says nothing", () => {
    for (const state of [
      "",
      "x",
      "[]",
      "[1,2]",
      '["",true,0,0,"1e3"]',
      '["",true,-1,0,"1"]',
      '["",true,0,0.5,"1"]',
      "{}",
    ]) {
      const fresh = stream("a");
      expect(new Streams().take(`a${Buffer.from(state).toString("base64url")}`, fresh)).toBe(fresh);
      expect(fresh.lastWrite.rowid).toBe(0n);
    }
  });

  it("have to go for those of their owner alone, and with a transaction for none", () => {
    const streams = new Streams();
    const kept = [inTransaction("a"), inTransaction("a", withTexts("a")), withTexts("a"), inTransaction("b")];
    const batons = kept.map((each) => streams.keep(each));
    const others = Array.from({ length: 2_000 }, (_, i) => streams.keep(i % 2 === 0 ? withTexts("b", 1) : stream("b")));
    expect(others.filter((baton) => streams.take(baton, stream("b"))!.hasTexts).length).toBeGreaterThan(200);
    expect(batons.map((baton, i) => streams.take(baton, stream(kept[i]!.owner)))).toEqual(kept);
    for (const baton of batons.filter((each) => each.startsWith("t"))) {
      expect(["a", "b"].map((owner) => streams.take(baton, stream(owner)))).toEqual([null, null]);
    }
  });

  it.each([1, 20])("store no more than the limit of an owner and of all, with %i owners", (owners) => {
    const streams = new Streams();
    const most = owners === 1 ? MOST_BYTES.ofOwner : MOST_BYTES.inAll;
    const batons: [string, string][] = [];
    for (let i = 0; i < 200; i++) {
      const owner = String(i % owners);
      const made = stream(owner);
      try {
        for (let id = 0; id < 50; id++) streams.store(made, id, TEXT);
      } catch (error) {
        expect(error).toMatchObject({ code: "SQL_STORE_TOO_MANY" });
      }
      batons.push([owner, streams.keep(made)]);
    }
    const bytes = batons.map(([owner, baton]) => streams.take(baton, stream(owner))!).map((each) => each.bytes);
    const held = bytes.reduce((sum, each) => sum + (each > 2_000 ? each : 0), 0);
    expect(held).toBeLessThanOrEqual(most);
    expect(held).toBeGreaterThan(most / 2);
  });

  it("refuse a text where only transactions could make room", () => {
    const streams = new Streams();
    const batons = Array.from({ length: 8 }, () => streams.keep(inTransaction("a", withTexts("a"))));
    const one = stream("a");
    expect(() => {
      for (let id = 0; id < 50; id++) streams.store(one, id, TEXT);
    }).toThrow("store too many texts");
    streams.store(stream("b"), 1, TEXT);
    expect(batons.every((baton) => streams.take(baton, stream("a")) !== null)).toBe(true);
  });

  it("are forgotten after a while, without a request", () => {
    vi.useFakeTimers();
    const streams = new Streams();
    const first = streams.keep(withTexts("a"));
    vi.advanceTimersByTime(IDLE_MS - 1_000);
    const open = streams.keep(inTransaction("a"));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_001);
    expect(streams.take(first, stream("a"))!.hasTexts).toBe(false);
    vi.advanceTimersByTime(IDLE_MS);
    expect(streams.take(open, stream("a"))).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("a stream stores no more texts, and no longer ones, than the limit", async () => {
  const store = (id: number, sql: string) => ({ type: "store_sql", sql_id: id, sql });
  const all = Array.from({ length: 51 }, (_, id) => store(id, "SELECT 1"));
  expect((await run(...all)).slice(-2)).toEqual(["ok", "SQL_STORE_TOO_MANY"]);
  expect(await run(store(1, "x".repeat(5_001)), store(1, "x".repeat(5_000)), store(1, "SELECT 1"))).toEqual([
    "SQL_STORE_TOO_LARGE",
    "ok",
    "ok",
  ]);
});

it("rows come whole or not at all", async () => {
  const rows = (count: number, value: string) =>
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT ${value} FROM n`;
  const query = (sql: string) => ({ type: "execute", stmt: { sql } });
  expect(await run(query(rows(25_000, "i")))).toEqual([25_000]);
  expect(await run(query(rows(12_000, "hex(zeroblob(500))")))).toEqual(["RESPONSE_TOO_LARGE"]);
  await execute(server, "CREATE TABLE t (i)");
  const insert = `INSERT INTO t ${rows(10_001, "i")} RETURNING i`;
  expect(await run(query(insert), query("SELECT * FROM t"))).toEqual(["RESPONSE_TOO_LARGE", 0]);
  const inTransaction = await run(query("BEGIN"), query(rows(10_001, "i")), query(rows(10, "i")), query("COMMIT"));
  expect(inTransaction).toEqual([0, "RESPONSE_TOO_LARGE", 10, 0]);
});

it("a transaction goes on whatever pipelines others send meanwhile", async () => {
  await execute(server, "CREATE TABLE kept (i)");
  const send = async (key: string, body: object) => {
    const response = await fetch(`${server.url}/hrana/main/v2/pipeline`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { code?: string; baton: string; results: { type: string }[] };
  };
  const statements = (...all: string[]) => all.map((sql) => ({ type: "execute", stmt: { sql } }));
  let { baton } = await send(KEYS.admin, { requests: statements("BEGIN IMMEDIATE", "INSERT INTO kept VALUES (1)") });
  for (let i = 0; i < 1_000; i += 50) {
    await Promise.all(Array.from({ length: 50 }, () => send(KEYS.read, { requests: [] })));
    // Or it would expire by itself on a slow machine.
    ({ baton } = await send(KEYS.admin, { baton, requests: statements("SELECT 1") }));
  }
  const done = await send(KEYS.admin, { baton, requests: statements("COMMIT") });
  expect([done.code, done.results?.[0]?.type]).toEqual([undefined, "ok"]);
});
