import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Cancellation,
  type DatabasePort,
  type HostHealth,
  type JsonCell,
  toJsonCell,
  type Value,
} from "@heliosdb/port";
import { expect, onTestFinished } from "vitest";
import { EngineHost, type EngineHostOptions, type HostEvent } from "../../dist/index.js";

export interface TestHost {
  readonly host: EngineHost;
  readonly db: DatabasePort;
  readonly dataDir: string;
  readonly events: HostEvent[];
}

/** A deadline for what the test ends itself: no machine is so slow that it is over by then. */
export const UNHURRIED_MS = 600_000;

/** What a host allows. A longer deadline than its longest is cut to that, so no test has a host with a shorter one. */
export const TEST_LIMITS = { defaultDeadlineMs: 300_000, maxDeadlineMs: UNHURRIED_MS, maxRows: 10_000 };

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "helios-host-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

/** A host on a folder of its own, closed and removed when the test ends. */
export async function startHost(options: Partial<EngineHostOptions> = {}): Promise<TestHost> {
  const dataDir = options.dataDir ?? tempDir();
  const events: HostEvent[] = [];
  const host = await EngineHost.start({
    dataDir,
    ...TEST_LIMITS,
    onEvent: (event) => events.push(event),
    ...options,
  });
  onTestFinished(() => host.close());
  return { host, db: host.database("t1"), dataDir, events };
}

/** A worker of the package with a fault built in. */
export function faultyWorker(name: string): URL {
  return new URL(`../workers/${name}.mjs`, import.meta.url);
}

/** Runs until it is stopped. */
export const ENDLESS =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1e15) SELECT count(*) FROM c";

export async function createItems(db: DatabasePort): Promise<void> {
  await run(db, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
}

export function run(
  db: DatabasePort,
  sql: string,
  params: readonly Value[] = [],
  more: { deadlineMs?: number; branch?: string } = {},
) {
  return db.execute({ branch: "main", author: "tester", statements: [{ sql, params }], ...more });
}

export function insert(db: DatabasePort, name: string, more: { deadlineMs?: number; branch?: string } = {}) {
  return run(db, "INSERT INTO items (name) VALUES (?)", [name], more);
}

/** The one value of a query, as JSON has it. */
export async function value(db: DatabasePort, sql: string, branch = "main"): Promise<JsonCell | undefined> {
  const found = (await db.query({ branch, sql })).rows[0]?.[0];
  return found === undefined ? undefined : toJsonCell(found);
}

/** How many processes of one kind are ready. */
export function ready({ parts }: HostHealth, name: "readers" | "writers"): number | undefined {
  return parts.find((part) => part.name === name)?.ready;
}

export async function names(db: DatabasePort, branch = "main"): Promise<string[]> {
  const { rows } = await db.query({ branch, sql: "SELECT name FROM items ORDER BY id", maxRows: 10_000 });
  return rows.map(([name]) => String(name));
}

/** The error code that a promise rejects with, or "fulfilled". */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "fulfilled";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for what must become true; the test's own time limit bounds it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * Has a host find out that a read is heavy, however little of a core it gets; a deadline may pass before a process was
 * even there to run it.
 */
export async function remembered(
  host: EngineHost,
  read: (deadlineMs: number, cancellation: Cancellation) => Promise<unknown>,
): Promise<void> {
  const { remembered: before } = host.counters().reads;
  const cancellation = new Cancellation();
  const code = codeOf(read(UNHURRIED_MS, cancellation));
  await until(() => host.counters().reads.remembered > before);
  cancellation.cancel();
  expect(await code).toBe("QUERY_CANCELLED");
}
