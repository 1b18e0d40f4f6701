import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type DatabasePort, type JsonRowStream, type JsonStreamRequest, toJsonCell } from "@heliosdb/port";
import { expect, it } from "vitest";
import {
  codeOf,
  createItems,
  ENDLESS,
  insert,
  run,
  startHost,
  type TestHost,
  UNHURRIED_MS,
  until,
  value,
} from "./support/host.js";

const MB = 1024 * 1024;

/** So many rows of about a hundred bytes. */
const rowsOf = (count: number) =>
  `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) SELECT n, hex(zeroblob(48)) AS pad FROM c`;

function open(db: DatabasePort, sql: string, more: Partial<JsonStreamRequest> = {}, signal?: AbortSignal) {
  return db.streamJson!({ branch: "main", sql, rows: "arrays", ...more }, signal);
}

/** All rows that are left. */
async function rest(stream: JsonRowStream): Promise<unknown[]> {
  const pieces: Uint8Array[] = [];
  for (let piece = await stream.next(); piece !== null; piece = await stream.next()) {
    expect(piece.at(-1)).toBe(10);
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString();
  return text === ""
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
}

async function drained(stream: JsonRowStream): Promise<number> {
  let lines = 0;
  for (let piece = await stream.next(); piece !== null; piece = await stream.next()) {
    expect(piece.at(-1)).toBe(10);
    for (const byte of piece) if (byte === 10) lines++;
  }
  return lines;
}

function spools({ dataDir }: TestHost): string[] {
  return readdirSync(join(dataDir, "databases", "t1", "transfers"));
}

/** No reader works, no file is left, and no place is taken. */
async function nothingLeft(test: TestHost): Promise<void> {
  await until(() => test.host.counters().reads.inHand === 0);
  await until(() => spools(test).length === 0);
  const streams = await Promise.all([1, 2, 3, 4].map(() => open(test.db, "SELECT 1")));
  for (const stream of streams) expect(await rest(stream)).toEqual([[1]]);
}

it("gives what a query gives, in either form, and says at the end how much it was", async () => {
  const test = await startHost();
  const { db } = test;
  await createItems(db);
  await run(db, "INSERT INTO items (id, name) VALUES (1, 'one'), (9007199254740993, 'big')");
  const sql =
    "SELECT id, name, id AS name, x'00ff' AS blob, 9e999 AS inf, NULL AS empty, 1.0 AS \"__proto__\" FROM items ORDER BY items.id";
  const plain = await db.query({ branch: "main", sql, explain: true });
  const stream = await open(db, sql, { explain: true });
  expect(stream.columns).toEqual(plain.columns);
  expect([stream.scn, stream.plan]).toEqual([plain.scn, plain.plan]);
  const cells = plain.rows.map((row) => row.map((value, i) => toJsonCell(value, plain.columns[i]!.type)));
  expect(await rest(stream)).toEqual(cells);
  expect(stream.end).toEqual({ rowCount: 2, truncated: false });
  const objects = (await rest(await open(db, sql, { rows: "objects" }))) as object[];
  expect(objects.map((row) => Object.keys(row))).toEqual(
    Array(2).fill(["id", "name", "name:1", "blob", "inf", "empty", "__proto__"]),
  );
  expect(objects.map((row) => Object.values(row))).toEqual(cells);
  const typed = await db.streamQuery({ branch: "main", sql });
  const rows: unknown[] = [];
  for (let part = await typed.next(); part !== null; part = await typed.next()) rows.push(...part);
  expect(rows).toEqual(plain.rows);
  expect(typed.end).toEqual(stream.end);
  const none = await open(db, "SELECT * FROM items WHERE id = 5");
  expect([none.columns.map(({ name }) => name), await rest(none), none.end]).toEqual([
    ["id", "name"],
    [],
    { rowCount: 0, truncated: false },
  ]);
  await nothingLeft(test);
});

it("has no bound on rows of its own, and keeps the one that it is given", async () => {
  const { db } = await startHost({ maxRows: 10 });
  const all = await open(db, rowsOf(20_000));
  expect(await drained(all)).toBe(20_000);
  expect(all.end).toEqual({ rowCount: 20_000, truncated: false });
  const some = await open(db, rowsOf(20_000), { maxRows: 700 });
  expect(await drained(some)).toBe(700);
  expect(some.end).toEqual({ rowCount: 700, truncated: true });
  const exact = await open(db, rowsOf(700), { maxRows: 700 });
  expect([await drained(exact), exact.end]).toEqual([700, { rowCount: 700, truncated: false }]);
});

it("reads the past: a whole state, single tables, and a state whose tables are read through shadows", async () => {
  const { db } = await startHost();
  await createItems(db);
  const { scn } = await insert(db, "old");
  await run(db, "UPDATE items SET name = 'new'");
  const sql = "SELECT name FROM items";
  const at = { kind: "scn", scn } as const;
  expect(await rest(await open(db, sql, { at }))).toEqual([["old"]]);
  expect(await rest(await open(db, `SELECT name FROM items AS OF SCN ${scn}`))).toEqual([["old"]]);
  const both = `SELECT a.name, b.name FROM items a JOIN items AS OF SCN ${scn} b ON a.id = b.id`;
  expect(await rest(await open(db, both))).toEqual([["new", "old"]]);
  // A name that only a copy has: it is made first.
  const copied = await open(db, "SELECT rowid, name FROM items", { at });
  expect([copied.scn, await rest(copied)]).toEqual([scn, [[1, "old"]]]);
  expect(await codeOf(open(db, `SELECT 1 FROM items AS OF SCN ${scn}`, { at }))).toBe("FIELD_CONFLICT");
  // A stream sees one state, whatever is written while it is read.
  await run(
    db,
    `INSERT INTO items (name) WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 60000) SELECT 'item ' || n || hex(zeroblob(60)) FROM c`,
  );
  const state = await open(db, "SELECT count(*) OVER (), name FROM items");
  await run(db, "DELETE FROM items");
  expect(await drained(state)).toBe(60_001);
});

it("fails before the first row as a query does", async () => {
  const test = await startHost();
  const { db } = test;
  expect(await codeOf(open(db, "SELECT * FROM nowhere"))).toBe("SQL_NAME_NOT_FOUND");
  expect(await codeOf(open(db, "SELECT FROM"))).toBe("INVALID_SQL");
  expect(await codeOf(open(db, "DELETE FROM items"))).toBe("NOT_A_QUERY");
  expect(await codeOf(open(db, "SELECT ?"))).toBe("PARAM_COUNT");
  expect(await codeOf(open(db, "SELECT 1", { branch: "nowhere" }))).toBe("BRANCH_NOT_FOUND");
  expect(await codeOf(open(db, "SELECT abs(-9223372036854775808)"))).toBe("SQL_ERROR");
  expect(await codeOf(open(db, ENDLESS, { deadlineMs: 300 }))).toBe("QUERY_TIMEOUT");
  await nothingLeft(test);
});

it("gives the rows before a failure, then the failure", async () => {
  const test = await startHost();
  const { db } = test;
  const failing = (at: number) =>
    rowsOf(60_000).replace("SELECT n, hex", `SELECT iif(n = ${at}, json('{bad'), n), hex`);
  for (const at of [2, 501, 50_000]) {
    const stream = await open(db, failing(at));
    let lines = 0;
    const reading = (async () => {
      for (let piece = await stream.next(); piece !== null; piece = await stream.next()) {
        for (const byte of piece) if (byte === 10) lines++;
      }
    })();
    expect(await codeOf(reading)).toBe("SQL_ERROR");
    expect(lines).toBe(at - 1);
    expect(stream.end).toBeNull();
  }
  await nothingLeft(test);
  expect((await test.host.health()).restarts).toBe(0);
});

it("stops at its deadline in the middle, and hands on what lay ready", async () => {
  const test = await startHost();
  const { db } = test;
  const endless = rowsOf(1e9);
  const stream = await open(db, endless, { deadlineMs: 1500 });
  expect(await codeOf(drained(stream))).toBe("QUERY_TIMEOUT");
  // Between two rows that are far apart there is only killing.
  const far = await open(db, `${rowsOf(1000)} UNION ALL SELECT *, 0 FROM (${ENDLESS})`, { deadlineMs: 1500 });
  expect(await codeOf(drained(far))).toBe("QUERY_TIMEOUT");
  await nothingLeft(test);
  expect(test.host.counters().reads.timeouts).toBe(2);
  await until(() => test.host.counters().reads.kills === 1);
});

it("frees the reader of a caller who reads slowly, and bounds what lies ready for one who does not read", async () => {
  const test = await startHost({ streamSpoolBytes: 4 * MB });
  const { host, db } = test;
  await createItems(db);
  await insert(db, "one");
  // Less than the ring holds: the work ends although nobody has read.
  const small = await open(db, rowsOf(20_000));
  await until(() => host.counters().reads.inHand === 0);
  // More: it waits, and goes on as it is read. Others are served meanwhile.
  const large = await open(db, rowsOf(300_000), { deadlineMs: UNHURRIED_MS });
  for (let n = 0; n < 100; n++) expect(await value(db, "SELECT name FROM items")).toBe("one");
  expect(host.counters().reads.inHand).toBe(1);
  expect(spools(test)).toEqual([]);
  expect(await drained(small)).toBe(20_000);
  expect(await drained(large)).toBe(300_000);
  // The time that is waited for a caller counts where the ring is full.
  const never = await open(db, rowsOf(300_000), { deadlineMs: 1500 });
  await until(() => host.counters().reads.inHand === 0);
  expect(await codeOf(drained(never))).toBe("QUERY_TIMEOUT");
  await nothingLeft(test);
  expect((await host.health()).restarts).toBe(0);
});

it("keeps no other reader busy, and ends callers who read nothing once others wait for theirs", async () => {
  const test = await startHost({ readers: 1, streamSpoolBytes: MB, maxDeadlineMs: 600_000 });
  const { db } = test;
  const stuck = await Promise.all([1, 2].map(() => open(db, rowsOf(1e9), { deadlineMs: UNHURRIED_MS })));
  // A heavy query needs no reader of theirs.
  const heavy =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000000) SELECT count(*) FROM c";
  for (let n = 0; n < 2; n++) expect(await value(db, heavy)).toBe(2_000_000);
  expect(test.host.counters().reads.inHand).toBe(2);
  expect(await rest(await open(db, "SELECT 1", { deadlineMs: UNHURRIED_MS }))).toEqual([[1]]);
  const codes = [];
  for (const stream of stuck) {
    // One of them, at least, has made room; the other may read on.
    const reading = codeOf(drained(stream));
    setTimeout(() => stream.close(), 2_000);
    codes.push(await reading);
  }
  expect(codes).toEqual(["QUERY_TIMEOUT", "QUERY_TIMEOUT"]);
  await nothingLeft(test);
});

it("takes a row that is larger than the ring", async () => {
  const { db } = await startHost({ streamSpoolBytes: MB });
  const stream = await open(db, "SELECT 'a' UNION ALL SELECT hex(zeroblob(2000000)) UNION ALL SELECT 'b'");
  const rows = (await rest(stream)) as string[][];
  expect(rows.map(([text]) => text!.length)).toEqual([1, 4_000_000, 1]);
});

it("stops the work of a caller who closes a stream, or who is gone before it begins", async () => {
  const test = await startHost();
  const { host, db } = test;
  for (let n = 0; n < 5; n++) {
    const stream = await open(db, rowsOf(1e9));
    await stream.next();
    await stream.next();
    stream.close();
    stream.close();
    expect(await codeOf(stream.next())).toBe("QUERY_TIMEOUT");
  }
  await nothingLeft(test);
  expect(host.counters().reads.kills).toBe(0);
  const gone = new AbortController();
  const late = codeOf(open(db, ENDLESS, {}, gone.signal));
  await until(() => host.counters().reads.inHand === 1 && host.counters().reads.queued === 0);
  gone.abort();
  expect(await late).toBe("QUERY_TIMEOUT");
  expect(await codeOf(open(db, "SELECT 1", {}, gone.signal))).toBe("QUERY_TIMEOUT");
  await nothingLeft(test);
  await until(() => host.counters().reads.kills === 1);
});

it("bounds the streams under way, of one database and of all", async () => {
  const test = await startHost({ maxStreams: 4, streamSpoolBytes: MB });
  const mine = await Promise.all([open(test.db, "SELECT 1"), open(test.db, "SELECT 2")]);
  const third = open(test.db, "SELECT 3");
  await expect(third).rejects.toMatchObject({
    code: "OVERLOADED",
    message: expect.stringContaining("2 streamed queries of this database"),
  });
  for (const name of ["t2", "t3"]) await createItems(test.host.database(name));
  const others = await Promise.all(["t2", "t3"].map((name) => open(test.host.database(name), "SELECT 1")));
  await expect(open(test.host.database("t3"), "SELECT 1")).rejects.toMatchObject({
    code: "OVERLOADED",
    message: expect.stringContaining("of all databases"),
  });
  for (const stream of [...mine, ...others]) stream.close();
  await until(async () => (await codeOf(open(test.db, "SELECT 3").then((stream) => stream.close()))) === "fulfilled");
});

it("tells of a reader that ended in the middle, and runs again what had not begun", async () => {
  const test = await startHost({ readers: 1, streamSpoolBytes: MB });
  const { host, db } = test;
  const stream = await open(db, rowsOf(1e9));
  const waiting = open(db, "SELECT 1");
  for (const pid of host.counters().pids.reader) process.kill(pid, "SIGKILL");
  expect(await codeOf(drained(stream))).toBe("WORKER_LOST");
  expect(await rest(await waiting)).toEqual([[1]]);
  await nothingLeft({ ...test, db });
});

it("is closed with its database, and waits for streams when the host is closed", async () => {
  const { host, db } = await startHost({ streamSpoolBytes: MB });
  const dropped = host.database("t2");
  await createItems(dropped);
  const stream = await open(dropped, rowsOf(1e9));
  await host.dropDatabase("t2");
  expect(await codeOf(drained(stream))).toBe("TENANT_NOT_FOUND");
  const last = await open(db, rowsOf(100_000));
  const closed = host.close();
  expect(await drained(last)).toBe(100_000);
  await closed;
  expect(await codeOf(open(db, "SELECT 1"))).toBe("SHUTTING_DOWN");
});
