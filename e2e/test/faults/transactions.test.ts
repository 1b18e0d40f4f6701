import { setTimeout as sleep } from "node:timers/promises";
import { HeliosDBClient, isHeliosDBError } from "@heliosdb/client";
import { afterEach, expect, it } from "vitest";
import { childrenOf, residentBytes } from "../../faults/children.js";
import { figures, times } from "../../faults/times.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const OPEN = times(40);
/** How many one key may have open. */
const OF_A_KEY = 100;
const AT_ONCE = 16;
/** Those of every fourth are abandoned, those of every other fourth committed; the rest are there when the writer is killed. */
const ABANDONED_IDLE_MS = 3_000;
/** Of all processes together, in MiB, for one open transaction: a connection, its caches and what it has written. */
const MOST_MIB_EACH = 2;

let server: ServerProcess | undefined;
const clients: HeliosDBClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server?.remove();
  server = undefined;
});

it(`${OPEN} transactions are open at once on as many branches, some are abandoned, and a writer is killed under the rest`, {
  timeout: 1_800_000,
}, async () => {
  server = await ServerProcess.start({ env: { HELIOSDB_RATE_LIMIT: "off" } });
  const admin = clientFor(API_KEY);
  await admin.sql.batch(["CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)", "INSERT INTO t VALUES (1, 'first')"]);
  const branches = Array.from({ length: OPEN }, (_, n) => `b${n}`);
  await each(branches, (name) => admin.branches.create({ name }));
  for (const name of ["beside", "others"]) await admin.branches.create({ name });
  const owners = await keys(admin, Math.ceil(OPEN / OF_A_KEY));
  await admin.sql.execute("INSERT INTO t (text) VALUES ('warm')", { branch: "beside" });
  const before = { processes: processes().length, mib: memory() };

  const ids = new Map<string, string>();
  const ownerOf = (branch: string) => owners[Math.floor(branches.indexOf(branch) / OF_A_KEY)]!;
  const commit = (branch: string) => ownerOf(branch).transactions.commit(branch, ids.get(branch)!);
  const lengths = await each(branches, async (branch, n) => {
    const idleMs = n % 4 === 0 ? ABANDONED_IDLE_MS : 60_000;
    const began = performance.now();
    const { transactions, sql } = ownerOf(branch);
    const { id } = await transactions.begin(branch, { idleMs, maxMs: 300_000 });
    ids.set(branch, id);
    const statements = ["INSERT INTO t (text) VALUES ('second')", "INSERT INTO t (text) VALUES ('third')"];
    await sql.batch(statements, { branch, transactionId: id });
    return performance.now() - began;
  });
  const last = branches.at(-1)!;
  const within = { branch: last, transactionId: ids.get(last)! };
  expect((await ownerOf(last).sql.query("SELECT count(*) AS n FROM t", within)).rows).toEqual([{ n: 3 }]);
  const grown = memory() - before.mib;
  const median = lengths.sort((a, b) => a - b)[lengths.length >> 1]!;
  figures("open transactions", {
    number: OPEN,
    processes: `${processes().length} (${before.processes} before)`,
    memory: `${Math.round(memory())} MiB (${Math.round(before.mib)} before)`,
    "begun and written in": `${median.toFixed(1)} ms (median)`,
  });
  // Bounded generously: it must not be a process each, or a cache each of the usual size.
  expect(processes().length - before.processes).toBeLessThanOrEqual(4);
  expect(grown).toBeLessThan(200 + OPEN * MOST_MIB_EACH);

  const abandoned = branches.filter((_, n) => n % 4 === 0);
  const committed = branches.filter((_, n) => n % 4 === 1);
  const killed = branches.filter((_, n) => n % 4 > 1);
  await each(abandoned, (branch) => admin.sql.execute("INSERT INTO t (text) VALUES ('after')", { branch }));
  await each(abandoned, async (branch) => {
    expect(await codeOf(commit(branch))).toBe("TRANSACTION_EXPIRED");
    expect(await texts(admin, branch)).toEqual(["first", "after"]);
  });
  await each(committed, (branch) => commit(branch));
  await each(committed, async (branch) => expect(await texts(admin, branch)).toEqual(["first", "second", "third"]));

  // Others write on all the while, and hear nothing of it.
  let isOver = false;
  const acknowledged: string[] = [];
  const writer = (async () => {
    for (let n = 0; !isOver; n++) {
      await admin.sql.execute("INSERT INTO t (text) VALUES ($1)", { params: [`w${n}`], branch: "others" });
      acknowledged.push(`w${n}`);
    }
  })();
  await sleep(200);
  for (const { pid, kind } of childrenOf(server.pid)) if (kind === "writer") process.kill(pid, "SIGKILL");
  await each(killed, async (branch) => {
    expect(await codeOf(commit(branch))).toBe("TRANSACTION_LOST");
    expect(await texts(admin, branch)).toEqual(["first"]);
    await admin.sql.execute("INSERT INTO t (text) VALUES ('again')", { branch });
  });
  isOver = true;
  await writer;
  expect((await texts(admin, "others")).slice(1)).toEqual(acknowledged);
});

function clientFor(apiKey: string): HeliosDBClient {
  // A repeated request would hide what the first one was told.
  const client = new HeliosDBClient({ baseUrl: server!.url, apiKey, connections: AT_ONCE, retry: { attempts: 1 } });
  clients.push(client);
  return client;
}

async function keys(admin: HeliosDBClient, count: number): Promise<HeliosDBClient[]> {
  const all: HeliosDBClient[] = [];
  for (let n = 0; n < count; n++) {
    const { key } = await admin.auth.keys.create({ name: `key ${n}`, scopes: ["read", "write"] });
    all.push(clientFor(key));
  }
  return all;
}

/** Calls `work` for all items, several at a time. Resolves to the results, in order. */
async function each<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function texts(client: HeliosDBClient, branch: string): Promise<string[]> {
  const { rows } = await client.sql.query<{ text: string }>("SELECT text FROM t ORDER BY id", { branch });
  return rows.map(({ text }) => text);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "fulfilled";
  } catch (error) {
    return isHeliosDBError(error) ? error.code : String(error);
  }
}

/** The server's process and its children. */
function processes(): number[] {
  const { pid } = server!;
  return [pid, ...childrenOf(pid).map((child) => child.pid)];
}

/** What all of them hold of the machine's memory, in MiB. */
function memory(): number {
  return processes().reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20;
}
