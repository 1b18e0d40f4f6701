import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cancellation, type DatabasePort, HeliosError } from "@heliosdb/port";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { EngineHost } from "../dist/index.js";
import {
  codeOf,
  createItems,
  ENDLESS,
  insert,
  names,
  remembered,
  startHost,
  TEST_LIMITS,
  UNHURRIED_MS,
  until,
  value,
} from "./support/host.js";

// Starting a host takes longer than most of these tests.
let dataDir: string;
let host: EngineHost;
let db: DatabasePort;
let databases = 0;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "helios-host-"));
  host = await EngineHost.start({ dataDir, ...TEST_LIMITS });
});
beforeEach(async () => {
  db = host.database(`t${++databases}`);
  await createItems(db);
});
afterAll(async () => {
  await host?.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

/** Resolves when one more group of writes has begun to run. */
async function nextGroup(start: () => void): Promise<void> {
  const { groups } = host.counters().writes;
  start();
  await until(() => host.counters().writes.groups > groups);
}

const SLOW_INSERT = `INSERT INTO items (name) SELECT 'never' || (${ENDLESS})`;
const write = (sql: string) => ({ branch: "main", author: "tester", statements: [{ sql }] });
const NO_EFFECT = { code: "QUERY_CANCELLED", message: expect.stringContaining("no effect") };
const NOT_STARTED = { code: "QUERY_CANCELLED", message: expect.stringContaining("not started") };

it("stops a read that runs, and nothing else", async () => {
  await insert(db, "one");
  const [cancellation, other] = [new Cancellation(), new Cancellation()];
  const endless = db.query({ branch: "main", sql: ENDLESS }, cancellation);
  const goesOn = codeOf(db.query({ branch: "main", sql: `${ENDLESS} WHERE 1 = 1`, deadlineMs: UNHURRIED_MS }, other));
  await until(() => host.counters().reads.heavy === 2);
  expect(cancellation.isRunning).toBe(true);
  cancellation.cancel();
  await expect(endless).rejects.toMatchObject(NO_EFFECT);
  expect([cancellation.isRunning, cancellation.hasStopped]).toEqual([false, true]);
  expect(await value(db, "SELECT name FROM items")).toBe("one");
  expect([other.isRunning, other.hasStopped]).toEqual([true, false]);
  other.cancel();
  expect(await goesOn).toBe("QUERY_CANCELLED");
  expect(host.counters().reads.inHand).toBe(0);
});

it("does not take a timeout for a cancellation", async () => {
  const cancellation = new Cancellation();
  const late = codeOf(db.query({ branch: "main", sql: ENDLESS, deadlineMs: 600 }, cancellation));
  expect(await late).toBe("QUERY_TIMEOUT");
  expect([cancellation.isRunning, cancellation.hasStopped]).toEqual([false, false]);
});

it("does not start a read that waited, or that comes after", async () => {
  const { host, db } = await startHost({ readers: 1, heavyReaders: 1 });
  await createItems(db);
  await remembered(host, (deadlineMs, one) => db.query({ branch: "main", sql: ENDLESS, deadlineMs }, one));
  const [first, second] = [new Cancellation(), new Cancellation()];
  const running = codeOf(db.query({ branch: "main", sql: ENDLESS }, first));
  const waiting = db.query({ branch: "main", sql: ENDLESS }, second);
  await until(() => host.counters().reads.queued === 1);
  second.cancel();
  await expect(waiting).rejects.toMatchObject(NOT_STARTED);
  await expect(db.query({ branch: "main", sql: "SELECT 1" }, second)).rejects.toMatchObject(NOT_STARTED);
  first.cancel();
  expect(await running).toBe("QUERY_CANCELLED");
});

it("stops reads that nobody waits for, and no write", async () => {
  const [cancellation, other] = [new Cancellation(), new Cancellation()];
  const endless = db.query({ branch: "main", sql: ENDLESS }, cancellation);
  const written = db.execute(write("INSERT INTO items (name) VALUES ('kept')"), cancellation);
  cancellation.abandon();
  await expect(endless).rejects.toMatchObject({ code: "QUERY_CANCELLED" });
  await expect(db.query({ branch: "main", sql: ENDLESS }, cancellation)).rejects.toMatchObject(NOT_STARTED);
  await written;
  await db.execute(write("INSERT INTO items (name) VALUES ('later')"), cancellation);
  expect(await names(db)).toEqual(["kept", "later"]);
  // In a transaction, stopping a read would end the transaction.
  const { id } = await db.beginTransaction({ branch: "main", author: "t", owner: "o", mode: "write" });
  const ref = { branch: "main", transaction: id, owner: "o" };
  const sql = "SELECT count(*) FROM items";
  const reading = db.inTransaction({ ...ref, operation: { op: "query", request: { branch: "main", sql } } }, other);
  other.abandon();
  expect((await reading).result.rows).toEqual([[2n]]);
  await db.endTransaction({ ...ref, end: "commit" });
});

it("takes nothing back of a read that is known to be short", async () => {
  await insert(db, "one");
  const point = { branch: "main", sql: "SELECT name FROM items WHERE id = 1" };
  await until(async () => {
    await db.query(point);
    return host.counters().reads.inLane > 0;
  });
  const cancellation = new Cancellation();
  const reading = db.query(point, cancellation);
  expect(cancellation.isRunning).toBe(false);
  cancellation.cancel();
  expect((await reading).rows).toEqual([["one"]]);
});

it("stops a write without effect, and runs the others of its group", async () => {
  const cancellation = new Cancellation();
  let slow!: Promise<unknown>;
  let others: Promise<unknown>[] = [];
  await nextGroup(() => {
    slow = db.execute(write(SLOW_INSERT), cancellation);
    others = Array.from({ length: 20 }, (_, n) => insert(db, `n${n}`));
  });
  cancellation.cancel();
  await expect(slow).rejects.toMatchObject(NO_EFFECT);
  expect([cancellation.isRunning, cancellation.hasStopped]).toEqual([false, true]);
  await Promise.all(others);
  expect(await names(db)).toEqual(Array.from({ length: 20 }, (_, n) => `n${n}`));
});

it("leaves a write that waited out, and stops nobody for it", async () => {
  const [running, waiting] = [new Cancellation(), new Cancellation()];
  const { restarts } = host.counters();
  let slow!: Promise<string>;
  await nextGroup(() => {
    slow = codeOf(db.execute(write(SLOW_INSERT), running));
  });
  const late = db.execute(write("INSERT INTO items (name) VALUES ('late')"), waiting);
  waiting.cancel();
  await expect(late).rejects.toMatchObject(NOT_STARTED);
  expect(host.counters().restarts.writer).toBe(restarts.writer);
  running.cancel();
  expect(await slow).toBe("QUERY_CANCELLED");
  expect(await names(db)).toEqual([]);
});

it("lets a write that is nearly done end, and says that it was not stopped", async () => {
  const cancellations = Array.from({ length: 50 }, () => new Cancellation());
  let writes: Promise<string>[] = [];
  await nextGroup(() => {
    writes = cancellations.map((cancellation, n) =>
      codeOf(db.execute(write(`INSERT INTO items (name) VALUES ('n${n}')`), cancellation)),
    );
  });
  for (const cancellation of cancellations) cancellation.cancel();
  const codes = await Promise.all(writes);
  const stopped = cancellations.map(({ hasStopped }) => hasStopped);
  expect(codes.map((code) => code === "QUERY_CANCELLED")).toEqual(stopped);
  const written = codes.flatMap((code, n) => (code === "fulfilled" ? [`n${n}`] : []));
  expect((await names(db)).sort()).toEqual(written.sort());
});

it("gives the statements of a list that were not run the same outcome", async () => {
  const cancellation = new Cancellation();
  const statements = [{ sql: SLOW_INSERT }, { sql: "INSERT INTO items (name) VALUES ('late')" }];
  const all = db.executeEach({ branch: "main", author: "tester", statements }, cancellation);
  cancellation.cancel();
  const outcomes = await all;
  expect(outcomes.map((outcome) => !outcome.ok && outcome.error.code)).toEqual(["QUERY_CANCELLED", "QUERY_CANCELLED"]);
  expect(await names(db)).toEqual([]);
});

it("takes the transaction with a statement that has to be stopped, and not with one that waits", async () => {
  const begin = async () => (await db.beginTransaction({ branch: "main", author: "t", owner: "o", mode: "write" })).id;
  const ref = (transaction: string) => ({ branch: "main", transaction, owner: "o" });
  const execute = (sql: string) => ({ op: "execute" as const, request: write(sql) });
  const first = await begin();
  const [running, waiting] = [new Cancellation(), new Cancellation()];
  const slow = codeOf(
    db.inTransaction({ ...ref(first), operation: execute(SLOW_INSERT), deadlineMs: UNHURRIED_MS }, running),
  );
  const late = codeOf(db.inTransaction({ ...ref(first), operation: execute("DELETE FROM items") }, waiting));
  await until(() => running.isRunning);
  waiting.cancel();
  running.cancel();
  expect(await slow).toBe("TRANSACTION_LOST");
  expect(running.hasStopped).toBe(true);
  expect(await late).toBe("TRANSACTION_LOST");
  const second = await begin();
  const stopped = new Cancellation();
  stopped.cancel();
  const refused = db.inTransaction({ ...ref(second), operation: execute("DELETE FROM items") }, stopped);
  expect(await codeOf(refused)).toBe("QUERY_CANCELLED");
  await db.inTransaction({ ...ref(second), operation: execute("INSERT INTO items (name) VALUES ('kept')") });
  await db.endTransaction({ ...ref(second), end: "commit" });
  expect(await names(db)).toEqual(["kept"]);
});

it("ends a stream with the reason that its signal gives", async () => {
  const reason = new HeliosError("QUERY_CANCELLED", "enough");
  const controller = new AbortController();
  const opening = db.streamJson!({ branch: "main", sql: ENDLESS, rows: "arrays" }, controller.signal);
  await until(() => host.counters().reads.streams === 1);
  controller.abort(reason);
  await expect(opening).rejects.toBe(reason);
});
