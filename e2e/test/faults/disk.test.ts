import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Connection, type Reply } from "../../faults/connection.js";
import { integrityProblems } from "../../faults/integrity.js";
import { makeReadOnly, SmallDisk } from "../../faults/small-disk.js";
import { figures, IS_SOAK } from "../../faults/times.js";
import { ServerProcess } from "../../support/server.js";

const PROBLEM = SmallDisk.problem();
/** In CI a test that can't run is a failure, and elsewhere it says why. */
const isSkipped = PROBLEM !== null && process.env.CI !== "true";
if (PROBLEM !== null) console.log(`full and read-only disks are not tested: ${PROBLEM}`);

const MEGABYTES = 256;
const WIDE = "printf('%.*c', 3000, 'x')";
const numbers = (count: number) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;

const DONE = Promise.resolve({ status: 200, headers: {}, body: null });

type Step = (connection: Connection, round: number) => Promise<Reply>;

const post =
  (path: string, body: (round: number) => unknown, headers?: (round: number) => Record<string, string>): Step =>
  (connection, round) =>
    connection.send("POST", path.replaceAll("{round}", String(round)), body(round), headers?.(round));
const execute = (branch: string, sql: (round: number) => string) =>
  post(`/v1/branches/${branch}/execute`, (round) => ({ sql: sql(round) }));

/** Everything that writes to the disk, by request. Those with a name that a second attempt can't use have the round in it. */
const STEPS: Readonly<Record<string, Step>> = {
  "a row": execute("main", (round) => `INSERT INTO t VALUES (NULL, 'row ${round}')`),
  "many rows": execute("main", (round) => `${numbers(300)} INSERT INTO t SELECT NULL, ${WIDE} || ${round} FROM n`),
  "a table": execute("main", (round) => `CREATE TABLE made_${round} (id INTEGER PRIMARY KEY, v TEXT UNIQUE)`),
  "an index": execute("main", (round) => `CREATE INDEX by_v_${round} ON t (substr(v, 1, 100))`),
  "a batch": post("/v1/branches/main/batch", (round) => ({
    statements: [
      { sql: `INSERT INTO t VALUES (NULL, 'batch ${round}')` },
      { sql: "UPDATE t SET v = v || '' WHERE id < 9" },
    ],
  })),
  "a write with an idempotency key": post(
    "/v1/branches/main/execute",
    (round) => ({ sql: `INSERT INTO t VALUES (NULL, 'once ${round}')` }),
    (round) => ({ "idempotency-key": `key-${round}` }),
  ),
  "a branch": post("/v1/branches", (round) => ({ name: `branch-${round}` })),
  "the first write on a branch": execute(
    "unwritten-{round}",
    (round) => `INSERT INTO t VALUES (NULL, 'first ${round}')`,
  ),
  "a merge": post("/v1/branches/changed/merge", () => ({ target: "main" })),
  "a snapshot": post("/v1/branches/kept-{round}/snapshots", (round) => ({ name: `snapshot-${round}` })),
  "a restore": post("/v1/branches/restored/restore", () => ({ as_of: { type: "scn", value: 4 } })),
  "a transaction": async (connection, round) => {
    const begun = await connection.send("POST", "/v1/branches/main/transactions", {});
    if (begun.status >= 300) return begun;
    const transaction_id = begun.body.transaction_id;
    const sql = `${numbers(300)} INSERT INTO t SELECT NULL, 'transaction ${round} ' || ${WIDE} FROM n`;
    const written = await connection.send("POST", "/v1/branches/main/execute", { sql, transaction_id });
    const end = written.status < 300 ? "commit" : "rollback";
    const ended = await connection.send("POST", `/v1/branches/main/transactions/${transaction_id}/${end}`);
    return written.status < 300 ? ended : written;
  },
  "a query of the past": post("/v1/branches/main/query", () => ({
    sql: "SELECT count(*), max(v) FROM t",
    as_of: { type: "scn", value: 5 },
  })),
  "a large sort": post("/v1/branches/main/query", () => ({
    sql: `${numbers(4000)} SELECT i FROM n ORDER BY ${WIDE} || (i % 7) LIMIT 1 OFFSET 3000`,
  })),
  "streamed rows": post(
    "/v1/branches/main/query",
    () => ({ sql: `${numbers(6000)} SELECT i, ${WIDE} AS v FROM n` }),
    () => ({ accept: "application/x-ndjson" }),
  ),
  "a download": (connection) => connection.send("GET", "/v1/branches/changed/file"),
  "a key": post("/v1/auth/keys", (round) => ({ name: `key ${round}`, scopes: ["read"] })),
  "a webhook": post("/v1/webhooks", () => ({ url: "http://127.0.0.1:9/hook" })),
  "a tenant": post("/v1/tenants", (round) => ({ name: `tenant-${round}` })),
  "a backup": post("/v1/backups", (round) => ({ name: `backup-${round}` })),
};
/** What must be there before some of them. */
const BEFORE: Readonly<Record<string, Step>> = {
  "the first write on a branch": post("/v1/branches", (round) => ({ name: `unwritten-${round}` })),
  "a snapshot": async (connection, round) => {
    await must(connection.send("POST", "/v1/branches", { name: `kept-${round}` }));
    return connection.execute(`kept-${round}`, "DELETE FROM t WHERE id = 1");
  },
  "a merge": execute("changed", (round) => `INSERT INTO t VALUES (${100_000 + round}, ${WIDE})`),
  "a restore": execute("restored", (round) => `INSERT INTO t VALUES (${100_000 + round}, ${WIDE})`),
};
/** In `npm test` these, which stand for the kinds of files. */
const SHORT = ["many rows", "the first write on a branch", "a key"];

let server: ServerProcess | undefined;
let undo: (() => void)[] = [];
afterEach(async () => {
  await server?.kill();
  server = undefined;
  for (const step of undo.reverse()) step();
  undo = [];
});

async function started(dataDir: string): Promise<Connection> {
  server = await ServerProcess.start({ dataDir, env: { HELIOSDB_WEBHOOK_ALLOW: "127.0.0.1" } });
  const connection = new Connection(server.url);
  undo.push(() => connection.cut());
  return connection;
}

async function must(reply: Promise<Reply>): Promise<Reply> {
  const { status, headers, body } = await reply;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return { status, headers, body };
}

async function prepare(connection: Connection): Promise<void> {
  await must(connection.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)"));
  await must(connection.execute("main", `${numbers(300)} INSERT INTO t SELECT i, ${WIDE} FROM n`));
  await must(connection.execute("main", "UPDATE t SET v = 'changed' WHERE id < 100"));
  await must(connection.execute("main", "UPDATE t SET v = 'again' WHERE id < 50"));
  for (const name of ["changed", "unwritten", "restored"])
    await must(connection.send("POST", "/v1/branches", { name }));
  await must(connection.execute("changed", `${numbers(300)} INSERT INTO t SELECT 50000 + i, ${WIDE} FROM n`));
  await must(connection.execute("restored", `${numbers(200)} INSERT INTO t SELECT 1000 + i, ${WIDE} FROM n`));
}

/** What is on the branches, to be compared. */
async function contents(connection: Connection): Promise<string> {
  const names = ["main", "changed", "unwritten", "restored"];
  const sums = await Promise.all(
    names.map(async (name) => (await must(connection.query(name, "SELECT count(*), sum(length(v)) FROM t"))).body.rows),
  );
  return JSON.stringify(sums);
}

describe.skipIf(isSkipped)("a full disk", () => {
  const names = IS_SOAK ? Object.keys(STEPS) : SHORT;

  it(`refuses ${names.length} kinds of requests with a clear error, loses nothing, and goes on when there is space`, {
    timeout: 1_200_000,
  }, async () => {
    const disk = new SmallDisk(MEGABYTES);
    undo.push(() => disk.remove());
    const dataDir = join(disk.folder, "data");
    const connection = await started(dataDir);
    await prepare(connection);
    const outcomes = { refused: 0, "found enough space": 0 };
    let round = 0;
    for (const name of names) {
      // Full to the last page, and with a little space, so that it runs out in the middle.
      for (const leaving of IS_SOAK ? [0, 16 * 1024, 256 * 1024] : [0]) {
        round++;
        for (const one of [round, 1000 + round]) await must(BEFORE[name]?.(connection, one) ?? DONE);
        const before = await contents(connection);
        disk.fill(leaving);
        const reply = await STEPS[name]!(connection, round);
        const said = `${name}, ${leaving} bytes left: ${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`;
        if (reply.status >= 300) {
          if (reply.status === 500) console.log(server!.output.split("\n").slice(-8).join("\n"));
          expect(said).toMatch(/: 503 .*"code":"STORAGE_UNAVAILABLE"/);
          expect(said).not.toContain(disk.folder);
          outcomes.refused++;
          // It had no effect, and reads go on.
          expect([name, await contents(connection)]).toEqual([name, before]);
        } else outcomes["found enough space"]++;
        expect((await connection.send("GET", "/version")).status).toBe(200);
        expect((await connection.query("main", "SELECT v FROM t WHERE id = 1")).body.rows).toEqual([{ v: "again" }]);
        disk.free();
        // Another name where the first attempt may have used it.
        const again = await STEPS[name]!(connection, 1000 + round);
        expect(`${name}: ${again.status} ${JSON.stringify(again.body).slice(0, 200)}`).toMatch(/: 20[01] /);
        removeBackups(join(dataDir, "backups"));
      }
    }
    const after = await contents(connection);
    expect(outcomes.refused).toBeGreaterThan(names.length / 2);
    expect(server!.running).toBe(true);
    expect(await server!.stop()).toBe(0);
    const restarted = await started(dataDir);
    expect(await contents(restarted)).toBe(after);
    expect(integrityProblems(dataDir)).toEqual([]);
    figures("full disk", { "kinds of requests": names.length, ...outcomes });
  });

  it("from the start is told", async () => {
    const disk = new SmallDisk(2);
    undo.push(() => disk.remove());
    const dataDir = join(disk.folder, "data");
    mkdirSync(dataDir);
    disk.fill();
    await expect(started(dataDir)).rejects.toThrow(/can't be used|ENOSPC|disk is full|no space/i);
  });
});

describe.skipIf(isSkipped)("a read-only disk", () => {
  it("from the start is told", async () => {
    const disk = new SmallDisk(MEGABYTES);
    undo.push(() => disk.remove());
    const dataDir = join(disk.folder, "data");
    await prepare(await started(dataDir));
    await server!.stop();
    undo.push(makeReadOnly(dataDir));
    await expect(started(dataDir)).rejects.toThrow(/can't be used|read-only|EROFS/i);
  });

  it("under one tenant's database leaves the others as they are, and is over when it is over", async () => {
    const disk = new SmallDisk(MEGABYTES);
    undo.push(() => disk.remove());
    const dataDir = join(disk.folder, "data");
    const first = await started(dataDir);
    await prepare(first);
    await must(first.send("POST", "/v1/tenants", { name: "other" }));
    const made = await must(first.send("POST", "/v1/auth/keys", { name: "o", scopes: ["admin"], tenant_id: "other" }));
    const key: string = made.body.key;
    const of = (tenant: Connection) => new Connection(tenant.url, key);
    await must(of(first).execute("main", "CREATE TABLE t (v TEXT)"));
    const before = await contents(first);
    await server!.stop();

    const undoReadOnly = makeReadOnly(join(dataDir, "databases", "default"));
    undo.push(undoReadOnly);
    const connection = await started(dataDir);
    const other = of(connection);
    undo.push(() => other.cut());
    const names = ["a row", "many rows", "a table", "a batch", "a branch", "a merge", "a restore"];
    for (const name of names) {
      const { status, body } = await STEPS[name]!(connection, 1);
      expect([name, status, body.code]).toEqual([name, 503, "STORAGE_UNAVAILABLE"]);
      expect(JSON.stringify(body)).not.toContain(disk.folder);
      expect((await other.execute("main", "INSERT INTO t VALUES ('x')")).status).toBe(200);
    }
    expect(server!.running).toBe(true);
    await server!.stop();
    undoReadOnly();
    expect(await contents(await started(dataDir))).toBe(before);
    figures("read-only disk", { "kinds of requests": names.length, refused: names.length });
  });
});

/** Each is a copy of everything. */
function removeBackups(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}
