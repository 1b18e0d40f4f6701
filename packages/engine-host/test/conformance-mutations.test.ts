import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseHostPort } from "@heliosdb/port";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CASES, type Case, runCase } from "../../port/conformance/conformance.js";
import { EngineHost } from "../dist/index.js";
import { interceptedHost } from "./support/intercepted-host.js";
import {
  errorsChanged,
  FAULTS,
  fieldsLeftOut,
  type Mutation,
  requestsIgnored,
  valuesChanged,
} from "./support/mutations.js";
import { ObservedCalls } from "./support/observed-calls.js";

/** A case as it ran on the host as it is. */
interface Run {
  readonly case: Case;
  readonly calls: ObservedCalls;
  readonly ms: number;
}

/** Cases, or mutations, that run at once. */
const AT_ONCE = 8;
const dataDir = mkdtempSync(join(tmpdir(), "helios-mutations-"));
/** All calls of all cases. */
const calls = new ObservedCalls();
let host: EngineHost;
/** The quickest first. */
let runs: readonly Run[];

beforeAll(async () => {
  const limits = { defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000, maxRows: 10_000 };
  host = await EngineHost.start({ dataDir, ...limits, writers: 2, maintenanceEveryMs: 200 });
  const done = await inTurn(CASES, async (each) => {
    const own = new ObservedCalls();
    const start = performance.now();
    if (process.env.DBG) console.error("begin", each.title);
    await runCase(each, own.through(calls.through(host)));
    if (process.env.DBG) console.error("end", each.title, performance.now() - start);
    return { case: each, calls: own, ms: performance.now() - start };
  });
  runs = done.toSorted((a, b) => a.ms - b.ms);
}, 180_000);
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it.each([
  ["a field of a result left out", fieldsLeftOut],
  ["an exact value changed", valuesChanged],
  ["an error changed", errorsChanged],
  ["a field of a request ignored", requestsIgnored],
  ["other faults", () => FAULTS],
])(
  "%s is noticed",
  async (_title, mutationsOf) => {
    const mutations = mutationsOf(calls);
    expect(mutations.length).toBeGreaterThan(5);
    const start = performance.now();
    const unnoticed = await inTurn(mutations, async (mutation) =>
      (await isNoticed(mutation)) ? [] : [mutation.title],
    );
    if (process.env.DBG) console.error("MUT", mutations.length, performance.now() - start, unnoticed.flat());
    expect(unnoticed.flat()).toStrictEqual([]);
  },
  180_000,
);

/** Cases that have noticed something, the latest first: those that look at everything come to the front. */
let observant: readonly Run[] = [];

async function isNoticed(mutation: Mutation): Promise<boolean> {
  const rest = runs.filter((run) => !observant.includes(run));
  for (const run of [...observant, ...rest]) {
    if (!mutation.concerns(run.calls)) continue;
    if (await holds(run.case, interceptedHost(host, mutation.by))) continue;
    observant = [run, ...observant.filter((other) => other !== run)];
    return true;
  }
  return false;
}

/** A case that doesn't come to its end does not hold. */
async function holds(each: Case, mutated: DatabaseHostPort): Promise<boolean> {
  const late = AbortSignal.timeout(30_000);
  const ended = new Promise<never>((_, reject) => late.addEventListener("abort", () => reject(new Error("late"))));
  try {
    await Promise.race([runCase(each, mutated), ended]);
    return true;
  } catch {
    return false;
  }
}

/** Works on all of them, several at once, and gives what came of each. */
async function inTurn<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(all.length);
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < all.length; at = next++) results[at] = await work(all[at]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
