import { afterAll, beforeAll, expect, it } from "vitest";
import { Savepoints } from "../../dist/surfaces/libsql/streams/savepoints.js";
import { Stream } from "../../dist/surfaces/libsql/streams/stream.js";
import { MOST_STREAMS, Streams } from "../../dist/surfaces/libsql/streams/streams.js";
import { execute } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

const stream = () => new Stream("k", "main", null, "main");

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

it("no more streams wait than the limit, and the oldest goes", () => {
  const streams = new Streams();
  const first = streams.keep(stream());
  const open = stream();
  open.transaction = { id: "txn_1", onlyReads: false, savepoints: new Savepoints(false) };
  const inTransaction = streams.keep(open);
  const last = stream();
  const batons = Array.from({ length: MOST_STREAMS - 1 }, () => streams.keep(last));
  const fresh = stream();
  // A stream without a transaction begins anew; one with must not.
  expect(streams.take(first, fresh)).toBe(fresh);
  expect(streams.take(inTransaction, fresh)).toBe(open);
  expect(streams.take(inTransaction, fresh)).toBeNull();
  expect(streams.take(batons[0]!, fresh)).toBe(last);
  expect(streams.take(batons[0]!, fresh)).toBe(fresh);
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
