import { readdirSync, readFileSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { RateLimitConfig, RateLimitMiddleware } from "../../dist/index.js";
import { get, post } from "../support/http.js";
import { lines, manyRows } from "../support/lines.js";
import { StartedServer } from "../support/process.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const MB = 1024 * 1024;
const env = { HELIOSDB_ADMIN_API_KEY: KEYS.admin };
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Asks with node:http, whose bodies wait for their reader and so for nobody else's buffers. */
function ask(url: string, body: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(`${url}/v1/branches/main/query`, {
      method: "POST",
      headers: {
        "x-api-key": KEYS.admin,
        "content-type": "application/json",
        accept: "application/x-ndjson; dialect=spec",
      },
    });
    sent.on("response", resolve).on("error", reject);
    sent.end(JSON.stringify(body));
  });
}

/** The number of lines, and the last of them. */
async function counted(answer: IncomingMessage, each?: (bytes: number) => Promise<void> | void) {
  let [count, bytes, tail] = [0, 0, ""];
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    for (const byte of chunk) if (byte === 10) count++;
    bytes += chunk.length;
    tail = (tail + chunk.toString("latin1")).slice(-2000);
    await each?.(bytes);
  }
  return { count, bytes, last: JSON.parse(tail.trimEnd().split("\n").at(-1)!) };
}

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => {
      try {
        return Number(/\) \S (\d+) /.exec(readFileSync(`/proc/${other}/stat`, "utf8"))?.[1]) === pid;
      } catch {
        return false;
      }
    });
}

describe("long answers in lines", () => {
  it.runIf(process.platform === "linux")(
    "take no more memory than short ones, of the server or of any of its processes",
    async () => {
      const server = new StartedServer([], env);
      undo.push(() => server.remove());
      const url = await server.url();
      const pid = server.process.pid!;
      // The readers of streams are started for the first one.
      await counted(await ask(url, { sql: manyRows(10) }));
      const all = [pid, ...childrenOf(pid)];
      expect(all.length).toBeGreaterThan(4);
      const peaks = new Map(all.map((one) => [one, 0]));
      const look = () => {
        for (const one of all) peaks.set(one, Math.max(peaks.get(one)!, residentBytes(one)));
      };
      // The baseline: the same, until the heaps have grown to what such requests take.
      for (let n = 0; n < 6; n++) await counted(await ask(url, { sql: manyRows(10_000, 1000) }), look);
      const before = new Map(peaks);
      let seen = 0;
      const { count, bytes, last } = await counted(await ask(url, { sql: manyRows(300_000, 1000) }), (sofar) => {
        if (sofar - seen < 4 * MB) return;
        seen = sofar;
        look();
      });
      expect([count, last]).toEqual([300_002, expect.objectContaining({ end: true, row_count: 300_000 })]);
      expect(bytes).toBeGreaterThan(300 * MB - 20 * MB);
      // A client that reads nothing at first: the rows wait on disk, and others are served.
      const slow = await ask(url, { sql: manyRows(200_000, 1000), timeout_ms: 120_000 });
      for (let n = 0; n < 20; n++) {
        expect((await post({ url }, "/v1/branches/main/query", { sql: "SELECT 1 AS n" })).body.rows).toEqual([
          { n: 1 },
        ]);
        look();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect((await counted(slow, look)).last).toMatchObject({ end: true, row_count: 200_000 });
      for (const one of all) expect(peaks.get(one)! - before.get(one)!).toBeLessThan(64 * MB);
      const transfers = join(
        server.dataDir,
        "databases",
        readdirSync(join(server.dataDir, "databases"))[0]!,
        "transfers",
      );
      expect(readdirSync(transfers)).toEqual([]);
    },
  );

  it("are finished while the server ends, or ended with a line that says so", async () => {
    const server = await startServer();
    undo.push(() => server.remove());
    // More than what lies in buffers, so it is under way.
    const quick = await ask(server.url, { sql: manyRows(20_000, 1000) });
    const endless = await ask(server.url, { sql: manyRows(1e9, 1000), timeout_ms: 120_000 });
    const ended = server.close();
    // Read one after the other: the endless one would take half of the seconds that are left.
    expect((await counted(quick)).last).toMatchObject({ end: true, row_count: 20_000 });
    expect((await counted(endless)).last).toMatchObject({ success: false, error: { code: "SHUTTING_DOWN" } });
    await ended;
  });

  it("don't keep a server from ending whose client reads nothing", async () => {
    const server = await startServer();
    undo.push(() => server.remove());
    const stuck = await ask(server.url, { sql: manyRows(1e9, 1000), timeout_ms: 120_000 });
    const cut = new Promise((resolve) => stuck.once("error", resolve));
    await server.close();
    stuck.resume();
    await cut;
  });

  it("are logged when they are over, with what broke them off", async () => {
    const server = new StartedServer([], { ...env, HELIOSDB_ACCESS_LOG: "on" });
    undo.push(() => server.remove());
    const url = await server.url();
    await counted(await ask(url, { sql: manyRows(10) }));
    await counted(await ask(url, { sql: manyRows(1e9, 1000), timeout_ms: 1500 }));
    const gone = await ask(url, { sql: manyRows(1e9, 1000) });
    gone.destroy();
    const line = (rest: string) => new RegExp(`"operation":"query",${rest},"ms":[0-9.]+`);
    await server.logged(line('"status":200'));
    await server.logged(line('"status":200,"code":"QUERY_TIMEOUT"'));
    await server.logged(line('"status":null'));
  });

  it("are charged for the seconds of the engine, as other queries are", async () => {
    const limits = new RateLimitMiddleware(new RateLimitConfig(1000, 60, 1000));
    const server: TestServer = await startServer({ limits });
    undo.push(() => server.remove());
    // Few rows for much work: how many there are in three seconds is the machine's business.
    const numbers =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c WHERE x % 1000 = 0";
    const long = await lines(server, { sql: numbers, timeout_ms: 3100 });
    expect(long.last.code).toBe("QUERY_TIMEOUT");
    const next = await post(server, "/v1/branches/main/query", { sql: "SELECT 1" });
    expect([next.status, next.body.code]).toEqual([429, "RATE_LIMITED"]);
    expect((await get(server, "/v1/branches")).status).toBe(200);
  });

  it("are not charged for what their client takes to read", async () => {
    const limits = new RateLimitMiddleware(new RateLimitConfig(1000, 60, 1000));
    const server: TestServer = await startServer({ limits });
    undo.push(() => server.remove());
    const slow = await ask(server.url, { sql: manyRows(5_000, 1000) });
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect((await counted(slow)).last).toMatchObject({ row_count: 5_000 });
    expect((await post(server, "/v1/branches/main/query", { sql: "SELECT 1" })).status).toBe(200);
  });
});
