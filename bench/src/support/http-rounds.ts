import { type Load, type LoadResult, putLoad } from "../http/load.js";
import type { RunningServer } from "../http/server-process.js";
import { median } from "./timing.js";

export interface Target {
  readonly server: RunningServer;
  readonly path: string;
  readonly bodies: readonly string[];
}

/** Medians of the rounds. */
export interface Rates {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Puts load on two servers in turn, with 32 connections each, and returns the medians of requests a second. */
export async function loadInTurn(
  ours: Target,
  theirs: Target,
  quick: boolean,
): Promise<{ ours: number; theirs: number }> {
  const [a, b] = await loadAllInTurn([ours, theirs], quick);
  return { ours: a!.perSecond, theirs: b!.perSecond };
}

/** Puts load on any number of servers in turn, with 32 connections each. Returns what each gave, in their order. */
export async function loadAllInTurn(targets: readonly Target[], quick: boolean): Promise<Rates[]> {
  const results = targets.map((): LoadResult[] => []);
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const [index, target] of targets.entries()) results[index]!.push(await putLoad(loadOf(target, quick)));
  }
  return results.map((rounds) => ({
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
  }));
}

function loadOf({ server, path, bodies }: Target, quick: boolean): Load {
  const requests = bodies.map((body) => ({ method: "POST" as const, path, body }));
  const { origin } = server;
  return { origin, requests, connections: 32, warmUpSecs: quick ? 1 : 2, measureSecs: quick ? 1 : 5 };
}
