import { setImmediate as turn } from "node:timers/promises";
import type { Cancellation, DatabasePort } from "@heliosdb/port";
import { expect, it } from "vitest";
import type { EngineHost } from "../dist/index.js";
import { MOST_HEAVY_PER_DATABASE } from "../src/readers/pool.js";
import {
  codeOf,
  createItems,
  ENDLESS,
  faultyWorker,
  insert,
  isAlive,
  names,
  ready,
  remembered,
  run,
  startHost,
  UNHURRIED_MS,
  until,
  value,
} from "./support/host.js";

it("ends a read at its deadline while others go on, and leaves no process at work", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  const before = host.counters().pids.reader;
  const endless = codeOf(db.query({ branch: "main", sql: ENDLESS, deadlineMs: 1500 }));
  const points = Array.from({ length: 50 }, () => value(db, "SELECT name FROM items WHERE id = 1"));
  expect(await Promise.race([endless, Promise.all(points)])).toEqual(Array(50).fill("one"));
  expect(await endless).toBe("QUERY_TIMEOUT");
  await until(() => before.some((pid) => !isAlive(pid)));
  await until(async () => ready(await host.health(), "readers") === 3);
  expect(host.counters().reads.inHand).toBe(0);
  expect((await host.health()).restarts).toBe(1);
});

// In one form of rows and then the other: it is the same work.
it.each([
  ["query", "queryJson"],
  ["queryJson", "query"],
] as const)("counts the time in the queue, and does not start what is too late: %s, %s", async (once, again) => {
  const { host, db } = await startHost({ readers: 1, heavyReaders: 1 });
  await createItems(db);
  const endless = (op: "query" | "queryJson", deadlineMs: number, cancellation?: Cancellation) =>
    db[op]({ branch: "main", sql: ENDLESS, rows: "arrays", deadlineMs }, cancellation);
  // Once it is known to be heavy, only one of them runs at a time.
  await remembered(host, (deadlineMs, cancellation) => endless(once, deadlineMs, cancellation));
  const first = codeOf(endless(again, 1500));
  const late = endless(again, 500);
  await expect(late).rejects.toMatchObject({ code: "QUERY_TIMEOUT", message: expect.stringContaining("not started") });
  expect(await first).toBe("QUERY_TIMEOUT");
  expect(host.counters().reads.timeouts).toBe(2);
});

it("knows a heavy read of a table again in either form of rows", async () => {
  const { host, db } = await startHost({ readers: 1, heavyReaders: 1 });
  await createItems(db);
  const numbers = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 50000) SELECT n FROM c";
  await run(db, `INSERT INTO items (name) ${numbers}`);
  const filter = "length(replace(hex(zeroblob(200000 + id)), '0', '00')) < id";
  const table = { branch: "main", table: "items", filter, limit: 1, offset: 0, includeTotal: false };
  await remembered(host, (deadlineMs, cancellation) => db.readTable({ ...table, deadlineMs }, cancellation));
  const first = codeOf(db.readTableJson({ ...table, rows: "objects", deadlineMs: 1500 }));
  const late = db.readTableJson({ ...table, rows: "objects", deadlineMs: 500 });
  await expect(late).rejects.toMatchObject({ code: "QUERY_TIMEOUT", message: expect.stringContaining("not started") });
  expect(await first).toBe("QUERY_TIMEOUT");
  expect(host.counters().reads.timeouts).toBe(2);
});

it("keeps a reader free however many heavy reads there are", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  let over = 0;
  const heavy = Array.from({ length: 8 }, async (_, n) => {
    const code = await codeOf(
      db.query({ branch: "main", sql: `${ENDLESS} WHERE ${n} < 100`, deadlineMs: UNHURRIED_MS }),
    );
    over++;
    return code;
  });
  for (let answered = 0; answered < 100; answered++) await value(db, "SELECT name FROM items WHERE id = 1");
  expect(over).toBe(0);
  await expect.poll(() => host.counters().reads.moved + host.counters().reads.preempted).toBeGreaterThan(0);
  await host.dropDatabase("t1");
  expect(await Promise.all(heavy)).toEqual(Array(8).fill("TENANT_NOT_FOUND"));
});

/** Endless reads that are known to be heavy. */
async function endlessReads(host: EngineHost, db: DatabasePort, count: number): Promise<string[]> {
  const all = Array.from({ length: count }, (_, n) => `${ENDLESS} WHERE ${n} < 100`);
  for (const sql of all)
    await remembered(host, (deadlineMs, cancellation) => db.query({ branch: "main", sql, deadlineMs }, cancellation));
  return all;
}

/** A heavy read that ends. */
const LONG = ENDLESS.replace("1e15", "2e6");

it("knows a heavy read again that was over before anybody looked", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  for (let n = 0; n < 2; n++) expect(await value(db, LONG)).toBe(2_000_000);
  const isKnown = async () => {
    const { heavy } = host.counters().reads;
    const running = value(db, LONG);
    await turn();
    const known = host.counters().reads.heavy > heavy;
    return { known, running };
  };
  const { known, running } = await isKnown();
  // The thread has no time to look.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
  await running;
  const again = await isKnown();
  await again.running;
  expect([known, again.known]).toEqual([true, true]);
});

it("gives a heavy read its turn while more endless ones than there are places go on", async () => {
  const { host, db } = await startHost({ heavyReaders: 3 });
  await createItems(db);
  const endless = await endlessReads(host, db, 3);
  let over = 0;
  const running = endless.map(async (sql) => {
    const code = await codeOf(db.query({ branch: "main", sql, deadlineMs: UNHURRIED_MS }));
    over++;
    return code;
  });
  expect(await value(db, LONG)).toBe(2_000_000);
  // Remembered, so that it begins behind them; some may have begun late, or where the light ones run.
  do expect(await value(db, LONG)).toBe(2_000_000);
  while (over === 0 && host.counters().reads.preempted === 0);
  expect(over).toBe(0);
  await host.dropDatabase("t1");
  expect(await Promise.all(running)).toEqual(Array(3).fill("TENANT_NOT_FOUND"));
});

it("has a place for another database's heavy read, however many one database has", async () => {
  const { host, db } = await startHost({ heavyReaders: 2 });
  await createItems(db);
  const other = host.database("t2");
  await createItems(other);
  expect(await value(other, LONG)).toBe(2_000_000);
  const endless = await endlessReads(host, db, 2);
  const running = endless.map((sql) => codeOf(db.query({ branch: "main", sql, deadlineMs: UNHURRIED_MS })));
  expect(await value(other, LONG)).toBe(2_000_000);
  expect(host.counters().reads.preempted).toBe(0);
  await host.dropDatabase("t1");
  expect(await Promise.all(running)).toEqual(Array(2).fill("TENANT_NOT_FOUND"));
});

it("refuses reads that wait when one of their kind turns out to be heavy, and too many are like it", async () => {
  const { db } = await startHost();
  await createItems(db);
  const codes: string[] = [];
  const all = Array.from({ length: 200 }, async () => {
    codes.push(await codeOf(db.query({ branch: "main", sql: ENDLESS, deadlineMs: 4_000 })));
  });
  await Promise.all(all);
  const refused = codes.filter((code) => code === "OVERLOADED");
  expect(refused.length).toBeGreaterThan(200 - 2 * MOST_HEAVY_PER_DATABASE);
  // They don't wait for the deadline of the others.
  expect(codes.slice(0, refused.length)).toEqual(refused);
  expect(new Set(codes)).toEqual(new Set(["OVERLOADED", "QUERY_TIMEOUT"]));
});

it("refuses heavy reads at once when too many wait", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  const [sql] = (await endlessReads(host, db, 1)) as [string];
  const codes = Array.from({ length: MOST_HEAVY_PER_DATABASE + 10 }, () =>
    codeOf(db.query({ branch: "main", sql, deadlineMs: UNHURRIED_MS })),
  );
  expect(await codes.at(-1)).toBe("OVERLOADED");
  expect(await value(db, "SELECT 1")).toBe(1);
  await host.dropDatabase("t1");
  const ended = await Promise.all(codes);
  const count = (wanted: string) => ended.filter((code) => code === wanted).length;
  // Some of them may run by then, and wait no more.
  expect(count("TENANT_NOT_FOUND")).toBeGreaterThanOrEqual(MOST_HEAVY_PER_DATABASE);
  expect(count("TENANT_NOT_FOUND")).toBeLessThan(MOST_HEAVY_PER_DATABASE + 5);
  expect(count("TENANT_NOT_FOUND") + count("OVERLOADED")).toBe(ended.length);
});

it("loses no read when readers are killed under load", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  let over = false;
  const clients = Array.from({ length: 16 }, async () => {
    let answered = 0;
    for (; !over; answered++) expect(await value(db, "SELECT name FROM items WHERE id = 1")).toBe("one");
    return answered;
  });
  for (let kill = 0; kill < 10; kill++) {
    process.kill(host.counters().pids.reader[kill % 2]!, "SIGKILL");
    await until(async () => {
      const health = await host.health();
      return ready(health, "readers") === 3 && health.restarts === kill + 1;
    });
  }
  over = true;
  for (const answered of await Promise.all(clients)) expect(answered).toBeGreaterThan(0);
});

it("gives up a read under which two processes died, and serves those beside it", async () => {
  const { host, db } = await startHost({ entries: { reader: faultyWorker("reader-that-dies") } });
  await createItems(db);
  const deadly = codeOf(db.query({ branch: "main", sql: "SELECT 'deadly'" }));
  const others = Promise.all(Array.from({ length: 30 }, () => value(db, "SELECT count(*) FROM items")));
  expect(await deadly).toBe("WORKER_LOST");
  expect(await others).toEqual(Array(30).fill(0));
  await until(async () => ready(await host.health(), "readers") === 3);
});

it("cuts answers at the host's bound on rows", async () => {
  const { db } = await startHost({ maxRows: 2 });
  await createItems(db);
  for (const name of ["a", "b", "c"]) await insert(db, name);
  expect(await names(db)).toEqual(["a", "b"]);
});

it("refuses what is past the bounds at once", async () => {
  const { db, host } = await startHost({ maxQueuedPerDatabase: 5, maxQueued: 6 });
  await createItems(db);
  await host.database("t2").listBranches({});
  const one = () => codeOf(value(db, "SELECT 1"));
  const codes = await Promise.all(Array.from({ length: 8 }, one));
  expect(codes.filter((code) => code === "OVERLOADED")).toHaveLength(3);
  expect(codes.filter((code) => code === "fulfilled")).toHaveLength(5);
  expect(await one()).toBe("fulfilled");
});

it("passes on the engine's errors as they are", async () => {
  const { db } = await startHost();
  await expect(value(db, "SELECT * FROM missing")).rejects.toMatchObject({
    name: "HeliosError",
    code: "SQL_NAME_NOT_FOUND",
  });
  expect(await codeOf(value(db, "SELECT 1", "nowhere"))).toBe("BRANCH_NOT_FOUND");
});
