import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseHostPort } from "@heliosdb/port";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CASES, type Case, runCase } from "../../port/conformance/conformance.js";
import { EngineHost } from "../dist/index.js";
import { isAlive, TEST_LIMITS } from "./support/host.js";
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
const CLOSING_MS = 10_000;
/** One in so many is tried in every run of the tests; `npm run mutations` tries them all. */
const ONE_IN = process.env.MUTATIONS === "all" ? 1 : 8;
const dataDir = mkdtempSync(join(tmpdir(), "helios-mutations-"));
/** All calls of all cases. */
const calls = new ObservedCalls();
let host: EngineHost;
/** Those of the fewest operations first, and of these the quickest: they look most closely. */
let runs: readonly Run[];

beforeAll(async () => {
  host = await EngineHost.start({ dataDir, ...TEST_LIMITS, writers: 2, maintenanceEveryMs: 200, maxStreams: 256 });
  const done = await inTurn(CASES, async (each) => {
    const own = new ObservedCalls();
    const start = performance.now();
    const run = () => runCase(each, own.through(calls.through(host)));
    // Whether a case holds is for the conformance test to say; here it is learned what the case looks at.
    await run().catch(run);
    return { case: each, calls: own, ms: performance.now() - start };
  });
  const breadth = ({ calls: { operations } }: Run) => operations.size;
  runs = done.toSorted((a, b) => breadth(a) - breadth(b) || a.ms - b.ms);
});
// A case that fails leaves open what it has begun, such as a stream, and a host waits for that as it closes.
afterAll(async () => {
  const { pids } = host.counters();
  await Promise.race([host.close(), sleep(CLOSING_MS, undefined, { ref: false })]);
  for (const pid of Object.values(pids).flat()) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

it.each([
  ["a field of a result left out", fieldsLeftOut],
  ["an exact value changed", valuesChanged],
  ["an error changed", errorsChanged],
  ["a field of a request ignored", requestsIgnored],
  ["other faults", () => FAULTS],
])("%s is noticed", async (_title, mutationsOf) => {
  const mutations = mutationsOf(calls);
  expect(mutations.length).toBeGreaterThan(5);
  const chosen = interleaved(mutations.filter((_, index) => index % ONE_IN === 0));
  const unnoticed = await inTurn(chosen, async (mutation) => ((await isNoticed(mutation)) ? [] : [mutation.title]));
  expect(unnoticed.flat()).toStrictEqual([]);
});

/** Cases that have noticed something about an operation or an error, the latest first. */
const observant = new Map<string, readonly Run[]>();

async function isNoticed(mutation: Mutation): Promise<boolean> {
  const before = observant.get(mutation.about) ?? [];
  for (const run of [...before, ...runs.filter((each) => !before.includes(each))]) {
    if (!mutation.concerns(run.calls)) continue;
    if (await holds(run.case, interceptedHost(host, mutation.by))) continue;
    const others = observant.get(mutation.about) ?? [];
    observant.set(mutation.about, [run, ...others.filter((other) => other !== run)]);
    return true;
  }
  return false;
}

/** Mutations of one operation come one after the other as rarely as can be, so that they learn from each other. */
function interleaved(mutations: readonly Mutation[]): Mutation[] {
  const seen = new Map<string, number>();
  const ranked = mutations.map((mutation) => {
    const rank = (seen.get(mutation.about) ?? 0) + 1;
    seen.set(mutation.about, rank);
    return { mutation, rank };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ mutation }) => mutation);
}

let backups: Promise<unknown> = Promise.resolve();

/** Whether the case comes to its end. A host makes one backup at a time. */
async function holds(each: Case, mutated: DatabaseHostPort): Promise<boolean> {
  if (each.needs !== "backups") return ends(runCase(each, mutated));
  const held = backups.then(() => ends(runCase(each, mutated)));
  backups = held;
  return held;
}

async function ends(work: Promise<void>): Promise<boolean> {
  const signal = AbortSignal.timeout(30_000);
  const late = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("late"))));
  try {
    await Promise.race([work, late]);
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
