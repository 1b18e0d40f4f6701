import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ACCEPTORS } from "../../dist/fronts/front-slot.js";
import { ApiServer, EmbeddedDatabase } from "../../dist/index.js";
import { Connection, connectionsToAll, eventually, frontsOf, isRunning } from "../support/fronts.js";
import { StartedServer } from "../support/process.js";
import { IN_CELL } from "../support/test-cell.js";

const KEY = "sk_test_admin_key";
const SHORT = "SELECT v FROM t WHERE id = 1";
const LONG =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) AS c FROM n";

let started: StartedServer | undefined;
const connections: Connection[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await started?.remove();
  started = undefined;
});

async function start(): Promise<{ url: string; main: number }> {
  started = new StartedServer(["--fronts", "2", "--admin-api-key", KEY, "--rate-limit", "off"]);
  const url = await started.url();
  const connection = open(url);
  expect((await connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)")).status).toBe(200);
  expect((await connection.execute("INSERT INTO t VALUES (1, 0)")).status).toBe(200);
  return { url, main: started.process.pid! };
}

function open(url: string): Connection {
  const connection = new Connection(url);
  connections.push(connection);
  return connection;
}

/** What a descriptor stands for; empty for one that has just been closed. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Folders of main's socket. */
const folders = () => readdirSync(join(started!.dataDir, "tmp")).filter((name) => name.startsWith("front-"));

describe("a front that dies", () => {
  it("takes only its own connections with it, is replaced, and loses nothing acknowledged", async () => {
    const { url, main } = await start();
    const acknowledged: number[] = [];
    let next = 100;
    let over = false;
    const writing = Array.from({ length: 6 }, async () => {
      while (!over) {
        const connection = open(url);
        const id = next++;
        try {
          const { status } = await connection.execute(`INSERT INTO t VALUES (${id}, ${id})`);
          if (status === 200) acknowledged.push(id);
          const reply = await connection.query(`SELECT v FROM t WHERE id = ${id}`);
          expect(JSON.parse(reply.text).rows).toEqual([{ v: id }]);
        } catch (error) {
          // Only the connection may fail.
          expect((error as NodeJS.ErrnoException).code).toMatch(/^(ECONNRESET|EPIPE|ECONNREFUSED)$/);
        }
        connection.close();
      }
    });
    for (let times = 0; times < 3; times++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const [victim] = frontsOf(main) as [number];
      process.kill(victim, "SIGKILL");
      await eventually("it is replaced", () => frontsOf(main).filter((pid) => pid !== victim).length === 2);
    }
    over = true;
    await Promise.all(writing);
    expect(acknowledged.length).toBeGreaterThan(4);
    const reply = await open(url).query("SELECT id FROM t WHERE id >= 100");
    const found = new Set(JSON.parse(reply.text).rows.map(({ id }: { id: number }) => id));
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
    await eventually("both serve", async () => {
      const page = (await open(url).send("GET", "/metrics")).text;
      return /^heliosdb_front_ready\{front="1"\} 1$/m.test(page) && /^heliosdb_front_ready\{front="2"\} 1$/m.test(page);
    });
  });
});

describe("main, when it dies,", () => {
  // In a cell, no front answers by itself.
  it.skipIf(IN_CELL)("takes its fronts and its folder with it", async () => {
    const { url, main } = await start();
    const fronts = frontsOf(main);
    expect(fronts.length).toBe(2);
    expect(folders().length).toBe(1);
    connections.push(...(await connectionsToAll(url, 2, 1, SHORT)));
    process.kill(main, "SIGKILL");
    await eventually("they are gone", () => !fronts.some(isRunning));
    await eventually("so is the folder", () => folders().length === 0);
    await expect(open(url).query(SHORT)).rejects.toThrow();
  });
});

describe("a server with fronts", () => {
  it("ends a query in main whose client has gone, and finishes what is in hand when it is told to end", async () => {
    const { url, main } = await start();
    const fronts = frontsOf(main);
    const inFlight = async () => {
      const page = (await open(url).send("GET", "/metrics")).text;
      return Number(/^heliosdb_http_requests_in_flight (\d+)$/m.exec(page)![1]);
    };
    const gone = open(url);
    const endless = JSON.stringify({ sql: LONG.replace("3000000", "300000000"), timeout_ms: 2000 });
    const failed = expect(gone.send("POST", "/v1/branches/main/query", endless)).rejects.toThrow();
    await eventually("it runs", async () => (await inFlight()) === 2);
    gone.close();
    await failed;
    await eventually("it has ended", async () => (await inFlight()) === 1);

    await open(url).query(SHORT);
    const inHand = open(url).query(LONG);
    const stream = open(url).send("POST", "/v1/branches/main/query", JSON.stringify({ sql: LONG }), {
      headers: { accept: "application/x-ndjson" },
    });
    await eventually("both run", async () => (await inFlight()) === 3);
    // As a terminal does it.
    for (const pid of [main, ...fronts]) process.kill(pid, "SIGINT");
    const exited = once(started!.process, "exit");
    const reply = await inHand;
    expect([reply.status, reply.headers.connection]).toEqual([200, "close"]);
    expect(JSON.parse(reply.text).rows).toEqual([{ c: 3000000 }]);
    expect((await stream).text).toContain("3000000");
    expect(await exited).toEqual([0, null]);
    expect(fronts.some(isRunning)).toBe(false);
    await expect(open(url).query(SHORT)).rejects.toThrow();
  });
});

describe("an address", () => {
  it("that is taken is told as ever", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    started = new StartedServer(["--fronts", "2", "--api-port", String(port)]);
    const exited = once(started.process, "exit");
    await started.logged(/EADDRINUSE/);
    expect(await exited).toEqual([1, null]);
    taken.close();
  });

  it.skipIf(process.platform !== "linux")("is taken from by several handles in each front", async () => {
    const { main } = await start();
    for (const front of frontsOf(main)) {
      const links = readdirSync(`/proc/${front}/fd`).map((fd) => linkOf(`/proc/${front}/fd/${fd}`));
      const counts = links.map((link) => links.filter((other) => other === link && link.startsWith("socket:")).length);
      expect(Math.max(...counts)).toBe(ACCEPTORS);
    }
  });

  it("of a name is all of its addresses", async () => {
    started = new StartedServer(["--fronts", "2", "--admin-api-key", KEY, "--api-host", "localhost"]);
    const url = await started.url();
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await open(url.replace("localhost", "127.0.0.1")).query("SELECT 1 AS one")).status).toBe(200);
    const fronts = frontsOf(started.process.pid!);
    started.process.kill("SIGTERM");
    expect(await once(started.process, "exit")).toEqual([0, null]);
    expect(fronts.some(isRunning)).toBe(false);
  });
});

describe("the number of fronts", () => {
  it("is 0, or several", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heliosdb-fronts-"));
    for (const fronts of [1, -1, 2.5, 9]) {
      const server = new ApiServer("127.0.0.1:0", new EmbeddedDatabase(folder), { fronts });
      await expect(server.listen()).rejects.toThrow(/^fronts must be 0, or an integer from 2 to 8/);
    }
    rmSync(folder, { recursive: true });
    const said = execFileSync(
      process.execPath,
      [new URL("../../dist/bundle/main.js", import.meta.url).pathname, "--help"],
      {
        encoding: "utf8",
      },
    );
    expect(said.replace(/\s+/g, " ")).toMatch(
      /--fronts <number> .*\[HELIOSDB_FRONTS\] \(default: 0 on fewer than 4 cores/,
    );
  });
});
