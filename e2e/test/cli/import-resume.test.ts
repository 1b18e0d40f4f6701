import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HoldingProxy } from "../../support/holding-proxy.js";
import { execute, must, query } from "../../support/http.js";
import { LIMITS } from "../../support/limits.js";
import { type ProgramResult, runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess, withoutHelios } from "../../support/server.js";

const HELIOS = resolve(import.meta.dirname, "../../../apps/cli/bin/helios.js");
const folder = mkdtempSync(join(tmpdir(), "helios-import-resume-"));
const file = join(folder, "rows.csv");
const states = join(folder, "heliosdb/imports");
const ROWS = LIMITS.importedRows;
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start();
  const pad = "x".repeat(250);
  const lines = Array.from({ length: ROWS }, (_, index) => `${index + 1},"name ${index + 1}",${index * 0.5},${pad}`);
  writeFileSync(file, `n,name,half,pad\n${lines.join("\n")}\n`);
});
afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const halfWritten = (state: string, pid = 0) => writeFileSync(join(states, `${state}.${pid}`), '{"version":');
const env = (url = server.url, key = API_KEY) => ({
  HELIOSDB_URL: url,
  HELIOSDB_API_KEY: key,
  XDG_STATE_HOME: folder,
  XDG_CONFIG_HOME: folder,
});
const args = (table: string) => [HELIOS, "import", file, "-t", table, "--resume", "-o", "csv"];
const start = (table: string, url?: string): ChildProcess =>
  spawn(process.execPath, args(table), { env: { ...withoutHelios(process.env), ...env(url) }, stdio: "ignore" });
const finish = (table: string, url?: string, key?: string): Promise<ProgramResult> =>
  runProgram(process.execPath, args(table), { env: env(url, key) });

/** Without a key, nothing would stop a row from being there twice; rowids follow the order in which rows came. */
const createTable = (table: string) =>
  execute(server, "main", `CREATE TABLE ${table} (n INTEGER, name TEXT, half REAL, pad TEXT)`);
async function expectWhole(table: string): Promise<void> {
  const sql = `SELECT count(*) AS rows, sum(rowid = n) AS placed, sum(half = (n - 1) * 0.5) AS exact FROM ${table}`;
  expect((await query(server, "main", sql)).rows).toEqual([{ rows: ROWS, placed: ROWS, exact: ROWS }]);
  expect(existsSync(states) ? readdirSync(states) : []).toEqual([]);
}

it(`killed at random ${LIMITS.importKills} times, it goes on without a duplicate or a gap`, async () => {
  await createTable("killed");
  let kills = 0;
  const seen: number[] = [];
  while (kills < LIMITS.importKills) {
    const child = start("killed");
    const ended = once(child, "exit") as Promise<[number | null]>;
    // Not before it has begun to send, from then on at any moment.
    const before = await count("killed");
    while (child.exitCode === null && (await count("killed")) === before) await sleep(10);
    await sleep(Math.random() * (ROWS / (100 * LIMITS.importKills)));
    child.kill("SIGKILL");
    const [code] = await ended;
    // A kill may come while the state is being written.
    for (const state of readdirSync(states)) if (state.endsWith(".json")) halfWritten(state, child.pid);
    seen.push(await count("killed"));
    if (code === 0) break;
    kills++;
  }
  if (readdirSync(states).length > 0) {
    expect((await finish("killed")).code).toBe(0);
  }
  console.log(`killed ${kills} times, after ${seen.join(", ")} rows`);
  expect(kills).toBeGreaterThan(0);
  await expectWhole("killed");
});

/** When the server is through with what it had been sent. */
async function countAtRest(table: string, branch = "main"): Promise<number> {
  for (let before = -1; ; await sleep(500)) {
    const now = await count(table, branch);
    if (now === before) return now;
    before = now;
  }
}

const count = async (table: string, branch = "main"): Promise<number> =>
  (await query(server, branch, `SELECT count(*) AS n FROM ${table}`)).rows[0].n;

it("a request that was done, but not acknowledged, is not repeated", async () => {
  await createTable("lost");
  const proxy = await HoldingProxy.start(server.url);
  const child = start("lost", proxy.url);
  // The server has done the second one when the command is killed, without having heard of it.
  await proxy.cut(2, () => child.kill("SIGKILL"));
  await once(child, "exit");
  const done = await finish("lost", proxy.url);
  expect([done.code, done.stderr]).toEqual([0, expect.stringMatching(/^Continuing the import of .* rows\.\n$/)]);
  await expectWhole("lost");
  await proxy.stop();
});

it("nor if the server has forgotten its key: the history of the branch knows it", async () => {
  await createTable("forgotten");
  const { key } = await must(server, "POST", "/v1/auth/keys", { name: "other", scopes: ["read", "write"] });
  const proxy = await HoldingProxy.start(server.url);
  const child = start("forgotten", proxy.url);
  await proxy.cut(1, () => child.kill("SIGKILL"));
  await once(child, "exit");
  const had = await countAtRest("forgotten");
  expect(had).toBeGreaterThan(0);
  // Idempotency keys belong to the API key.
  const done = await finish("forgotten", proxy.url, key);
  expect([done.code, done.stderr]).toEqual([0, expect.stringContaining(`after ${had} rows`)]);
  await expectWhole("forgotten");
  await proxy.stop();
});

it.each(["SIGINT", "SIGTERM"] as const)("%s stops it after the request that is under way", async (signal) => {
  const table = `by_${signal}`;
  await createTable(table);
  const proxy = await HoldingProxy.start(server.url);
  const child = spawn(process.execPath, args(table), {
    env: { ...withoutHelios(process.env), ...env(proxy.url) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  await proxy.cut(2, () => child.kill(signal));
  await once(child, "close");
  const had = await count(table);
  expect([child.exitCode, stderr]).toEqual([
    130,
    `helios: Stopped.\n${had} rows are imported. When the cause is gone, continue with --resume, or begin again with --restart.\n`,
  ]);
  expect((await finish(table)).code).toBe(0);
  await expectWhole(table);
  await proxy.stop();
});

it.each([1, 2])("a branch that was reset is noticed, after request %i", async (request) => {
  const table = `reset${request}`;
  await createTable(table);
  const work = `work${request}`;
  await must(server, "POST", "/v1/branches", { name: work });
  const proxy = await HoldingProxy.start(server.url);
  const toWork = [...args(table), "-b", work];
  const child = spawn(process.execPath, toWork, {
    env: { ...withoutHelios(process.env), ...env(proxy.url) },
    stdio: "ignore",
  });
  // That of the first is never heard of, so only its key knows that it succeeded.
  await proxy.cut(request, () => child.kill("SIGKILL"));
  await once(child, "exit");
  await countAtRest(table, work);
  await must(server, "POST", `/v1/branches/${work}/reset`, {});
  const refused = await runProgram(process.execPath, toWork, { env: env(proxy.url) });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("no longer in the history")]);
  await proxy.stop();
  rmSync(states, { recursive: true });
});
