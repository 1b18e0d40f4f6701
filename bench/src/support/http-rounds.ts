import { type Load, type LoadResult, putLoad } from "../http/load.js";
import type { RunningServer } from "../http/server-process.js";
import { median } from "./timing.js";

export interface Target {
  readonly server: RunningServer;
  readonly path: string;
  readonly bodies: readonly string[];
}

/** Puts load on two servers in turn, with 32 connections each, and returns the medians of requests a second. */
export async function loadInTurn(
  ours: Target,
  theirs: Target,
  quick: boolean,
): Promise<{ ours: number; theirs: number }> {
  const results = { ours: [] as LoadResult[], theirs: [] as LoadResult[] };
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    results.ours.push(await putLoad(loadOf(ours, quick)));
    results.theirs.push(await putLoad(loadOf(theirs, quick)));
  }
  const middle = (all: readonly LoadResult[]) => median(all.map(({ perSecond }) => perSecond));
  return { ours: middle(results.ours), theirs: middle(results.theirs) };
}

function loadOf({ server, path, bodies }: Target, quick: boolean): Load {
  const requests = bodies.map((body) => ({ method: "POST" as const, path, body }));
  const { origin } = server;
  return { origin, requests, connections: 32, warmUpSecs: quick ? 1 : 2, measureSecs: quick ? 1 : 5 };
}
