import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeOf, run, startHost, type TestHost, until, value } from "./support/host.js";

/** What would end a worker by memory if it were held whole: each process has this much for JavaScript. */
const SMALL = { workerMemoryMb: 160 };
const MB = 1024 * 1024;

function expectNoneEnded({ events }: TestHost): void {
  expect(events.filter(({ kind }) => kind === "worker_exit")).toEqual([]);
}

/** A statement as a dump has them, of so many characters. */
function dumped(table: string, characters: number): string {
  const rows: string[] = [];
  for (let length = 0, i = 0; length < characters; i++) {
    const row = `(${i},'x${i}')`;
    rows.push(row);
    length += row.length + 1;
  }
  return `INSERT INTO ${table} VALUES ${rows.join(",")}`;
}

it("a dump in long statements is taken, one after the other and as batches", async () => {
  const started = await startHost(SMALL);
  const { db } = started;
  await run(db, "CREATE TABLE t (a, b)");
  const sql = dumped("t", 400_000);
  for (let i = 0; i < 15; i++) await run(db, `${sql} -- ${i}`);
  const statements = Array.from({ length: 8 }, (_, i) => ({ sql: `${sql} -- batch ${i}` }));
  await db.execute({ branch: "main", author: "tester", statements });
  for (let i = 0; i < 15; i++)
    await db.query({ branch: "main", sql: `SELECT 1 WHERE '${"x".repeat(400_000)}' <> '${i}'` });
  const rows = sql.split("),(").length;
  expect(await value(db, "SELECT count(*) FROM t")).toBe(rows * 23);
  expectNoneEnded(started);
});

it("a statement of more tokens than fit is refused, and says how to send it", async () => {
  const started = await startHost({ workerMemoryMb: 320 });
  await run(started.db, "CREATE TABLE t (a, b)");
  const failure = await run(started.db, dumped("t", 9 * MB)).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: "INVALID_SQL", message: expect.stringContaining("Split it") });
  expectNoneEnded(started);
});

it("an answer that comes to too much is refused, says how to stream it, and can be streamed", async () => {
  const started = await startHost(SMALL);
  const { db } = started;
  await run(db, "CREATE TABLE big (id INTEGER PRIMARY KEY, v TEXT)");
  await run(db, "INSERT INTO big SELECT value, printf('%.*c', 8000000, 'x') FROM json_each('[1,2,3,4,5,6,7,8,9,10]')");
  const sql = "SELECT * FROM big";
  for (const read of [
    () => db.query({ branch: "main", sql }),
    () => db.readTable({ branch: "main", table: "big", limit: 100, offset: 0, includeTotal: false }),
    () => db.query({ branch: "main", sql: "SELECT zeroblob(3000000) FROM big AS a, big AS b" }),
    () => db.diff({ from: { branch: "main", at: { kind: "scn", scn: 2 } }, to: { branch: "main" }, limit: 100 }),
  ]) {
    const failure = await read().catch((error: Error) => error);
    expect(failure).toMatchObject({
      code: "RESULT_TOO_LARGE",
      message: expect.stringContaining("Accept: application/x-ndjson"),
    });
  }
  const stream = await db.streamJson!({ branch: "main", sql, rows: "arrays" });
  let bytes = 0;
  for (let part = await stream.next(); part !== null; part = await stream.next()) bytes += part.length;
  expect(bytes).toBeGreaterThan(80_000_000);
  expect(await value(db, "SELECT count(*) FROM big")).toBe(10);
  expectNoneEnded(started);
});

it("names of columns that objects would repeat too often are refused, and cost no worker", async () => {
  const started = await startHost();
  const { db } = started;
  const rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i";
  const named = (length: number) => `${rows} AS "${"n".repeat(length)}" FROM n`;
  await run(db, `CREATE TABLE t (id INTEGER PRIMARY KEY, "${"n".repeat(100_000)}")`);
  const fill = `INSERT INTO t (id) ${rows} FROM n`;
  for (const read of [
    () => db.queryJson({ branch: "main", sql: named(100_000), rows: "objects" }),
    () => db.query({ branch: "main", sql: named(100_000) }),
    () => run(db, `${fill} RETURNING *`),
  ]) {
    expect(await codeOf(read())).toBe("RESULT_TOO_LARGE");
  }
  expect(await value(db, "SELECT count(*) FROM t")).toBe(0);
  await run(db, fill);
  const table = { branch: "main", table: "t", limit: 10_000, offset: 0, includeTotal: false };
  expect(await codeOf(db.readTableJson({ ...table, rows: "objects" }))).toBe("RESULT_TOO_LARGE");
  const [from, to] = [{ branch: "main", at: { kind: "scn", scn: 2 } } as const, { branch: "main" }];
  expect(await codeOf(db.diff({ from, to, limit: 10_000 }))).toBe("RESULT_TOO_LARGE");
  // As much as fits.
  const { json } = await db.queryJson({ branch: "main", sql: named(13_000), rows: "objects" });
  expect(json.length).toBeGreaterThan(130_000_000);
  expectNoneEnded(started);
});

it("rows that a write gives back are bounded: too much of them undoes the write", async () => {
  const started = await startHost({ ...SMALL, maxAnswerBytes: 2 * MB });
  const { db } = started;
  await run(db, "CREATE TABLE t (a, b TEXT)");
  const many =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO t SELECT i, 'row ' || i FROM n";
  const { results } = await run(db, `${many} RETURNING *`);
  expect(results[0]).toMatchObject({ affectedRows: 300_000, returning: { truncated: true } });
  expect(results[0]!.returning!.rows).toHaveLength(10_000);
  const before = await value(db, "SELECT count(*) FROM t");
  const wide = "INSERT INTO t SELECT 1, printf('%.*c', 1000000, 'x') FROM json_each('[1,2,3]') RETURNING b";
  expect(await codeOf(run(db, wide))).toBe("RESULT_TOO_LARGE");
  expect(await value(db, "SELECT count(*) FROM t")).toBe(before);
  expectNoneEnded(started);
});

it("writes that are committed together and give much back are answered in several groups", async () => {
  const started = await startHost(SMALL);
  const { db, host } = started;
  await run(db, "CREATE TABLE t (a, b TEXT)");
  const returning = (i: number) => run(db, `INSERT INTO t VALUES (${i}, printf('%.*c', 3000000, 'x')) RETURNING a, b`);
  const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => returning(i)));
  expect(answers.map(({ results }) => results[0]!.returning!.rows[0]![0])).toEqual(answers.map((_, i) => BigInt(i)));
  expect(new Set(answers.map(({ scn }) => scn)).size).toBe(24);
  expect(await value(db, "SELECT count(*) FROM t")).toBe(24);
  await until(() => host.counters().writes.inHand === 0);
  expectNoneEnded(started);
});

/** The most memory that a process has ever had in use. */
function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
}

it.runIf(process.platform === "linux")(
  "a large table is sorted and indexed in files of the data folder, not in memory",
  async () => {
    const started = await startHost({ defaultDeadlineMs: 60_000 });
    const { db, host, dataDir } = started;
    await run(db, "CREATE TABLE big (id INTEGER PRIMARY KEY, v TEXT)");
    const rows = 60_000;
    await run(
      db,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
       INSERT INTO big SELECT i, hex(randomblob(16)) || printf('%.*c', 4960, 'x') FROM n`,
    );
    const { reader, writer } = host.counters().pids;
    // Nearly all of its 300 MB are sorted for this page.
    const sorted = await db.query({
      branch: "main",
      sql: `SELECT id FROM big ORDER BY v || id LIMIT 10 OFFSET ${rows - 10}`,
    });
    expect(sorted.rows).toHaveLength(10);
    const ranked = "SELECT max(r) FROM (SELECT row_number() OVER (ORDER BY v || id) AS r FROM big)";
    expect(await value(db, ranked)).toBe(rows);
    await run(db, "CREATE INDEX by_v ON big (v)");
    for (const pid of [...reader, ...writer]) expect(peakBytes(pid)).toBeLessThan(320 * MB);
    expect(readdirSync(join(dataDir, "tmp"))).toEqual([]);
    expectNoneEnded(started);
  },
);
