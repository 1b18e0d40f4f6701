import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { Connection } from "../../faults/connection.js";
import { IS_SOAK, times } from "../../faults/times.js";
import { Traffic } from "../../faults/traffic.js";
import { ServerProcess } from "../../support/server.js";

/** Seconds of it, with fronts and without. */
const SECONDS = times(2);
const MB = 1024 * 1024;
/** The writer tries to start a log anew at 4 MB. Twice that is what it cuts a log to that grew larger in between. */
const LARGEST_LOG = 8 * MB;

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.kill();
  await server?.remove();
  server = undefined;
});

it.each(IS_SOAK ? ["0", "2"] : ["2"])(
  "a log doesn't grow while reads overlap without a break beside writes, with %s fronts",
  { timeout: 3_600_000 },
  async (fronts) => {
    server = await ServerProcess.start({ env: { HELIOSDB_FRONTS: fronts } });
    const { url, dataDir } = server;
    const admin = new Connection(url);
    const traffic = new Traffic(IS_SOAK ? { writers: 8, readers: 24 } : { writers: 2, readers: 8 });
    await traffic.prepare(server);
    await admin.execute("main", "CREATE TABLE wide (id INTEGER PRIMARY KEY, v TEXT NOT NULL)");
    await admin.execute("main", "INSERT INTO wide VALUES (1, '')");
    traffic.start(url);
    let isOver = false;
    let written = 0;
    const wide = writeWide(
      url,
      () => isOver,
      (bytes) => {
        written += bytes;
      },
    );
    const aggregates = readAll(url, () => isOver);
    const sizes: number[] = [];
    const until = performance.now() + SECONDS * 1000;
    // A row and what is kept of the one before it: together they are more than the log may hold.
    while (performance.now() < until || written < LARGEST_LOG / 2) {
      await sleep(200);
      sizes.push(largestLog(dataDir));
      if (traffic.problems.length > 0) break;
    }
    isOver = true;
    await Promise.all([traffic.ended(), wide, aggregates]);
    admin.cut();
    const of = (part: number) =>
      `${(([...sizes].sort((a, b) => a - b)[Math.floor((sizes.length - 1) * part)] ?? 0) / MB).toFixed(1)} MB`;
    traffic.report(`reads and writes together, fronts ${fronts}`, {
      ...{ seconds: SECONDS, "written in wide rows": `${(written / MB).toFixed(0)} MB` },
      ...{ "log p50": of(0.5), "largest log": of(1) },
    });
    expect(traffic.problems).toEqual([]);
    expect(Math.max(...sizes)).toBeLessThan(LARGEST_LOG);
  },
);

async function writeWide(url: string, isOver: () => boolean, wrote: (bytes: number) => void): Promise<void> {
  const connection = new Connection(url);
  // As long as a row may be that is read in the lane. Each version of it is kept, so that a soak doesn't write all it can.
  const bytes = 48 * 1024;
  while (!isOver()) {
    const { status } = await connection.execute(
      "main",
      `UPDATE wide SET v = printf('%.*c', ${bytes}, 'x') WHERE id = 1`,
    );
    if (status !== 200) throw new Error(`a wide row was refused with ${status}`);
    wrote(bytes);
    if (IS_SOAK) await sleep(50);
  }
  connection.cut();
}

/** Reads in reader processes, beside those of the lane. */
async function readAll(url: string, isOver: () => boolean): Promise<void> {
  await Promise.all(
    [0, 1, 2, 3].map(async () => {
      const connection = new Connection(url);
      while (!isOver()) await connection.query("main", "SELECT count(*) AS n, sum(n) AS s FROM log");
      connection.cut();
    }),
  );
}

/** Bytes of the largest log below a data folder. */
function largestLog(dataDir: string): number {
  const logs = readdirSync(join(dataDir, "databases"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("-wal"),
  );
  return Math.max(0, ...logs.map((name) => sizeOf(join(dataDir, "databases", name))));
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
