import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DIFFERENCES, type Pair, pairOf } from "../../support/rqlite/differences.js";
import { type Asked, exchange, type Told } from "../../support/rqlite/exchange.js";
import { RqliteNode } from "../../support/rqlite/node.js";
import { generated, SETUP, TABLE } from "../../support/rqlite/requests.js";
import { ServerProcess } from "../../support/server.js";

const PAGE = join(resolve(import.meta.dirname, "../../.."), "docs/moving-from-rqlite.md");
const COUNT = 500;
const SEED = 20_261_128;
/** Requests between two times at which both databases are made anew. */
const GROUP = 10;

let node: RqliteNode;
let server: ServerProcess;
beforeAll(async () => {
  [node, server] = await Promise.all([RqliteNode.start(), ServerProcess.start()]);
});
afterAll(async () => {
  await node?.remove();
  await server?.remove();
});

/** The names of the differences that the page lists. */
function listed(): string[] {
  const table = /^\| Difference \|.*\n\|.*\n((?:\|.*\n)+)/m.exec(readFileSync(PAGE, "utf8"))![1]!;
  return table
    .trim()
    .split("\n")
    .map((line) => line.split("|")[1]!.trim());
}

async function both(asked: Asked): Promise<readonly [Told, Told]> {
  return Promise.all([exchange(node.url, asked), exchange(server.url, asked)]);
}

it(`${COUNT} requests to rqlite and to us are answered alike, but for the differences that the page lists`, async () => {
  const requests = [...TABLE, ...generated(COUNT - TABLE.length, SEED)];
  expect(requests).toHaveLength(COUNT);
  const found = new Set<string>();
  const unlisted: unknown[] = [];
  let left = 0;
  for (const asked of requests) {
    if (left === 0) {
      const [, ours] = await both(SETUP);
      expect(ours.body).not.toContain("error");
      left = GROUP;
    }
    left--;
    const [real, ours] = await both(asked);
    if (same(real, ours)) continue;
    // Two that are told of may leave different rows behind.
    if (asked.path.includes("transaction")) left = 0;
    const pair = pairOf(asked, real, ours);
    for (const { name, even } of DIFFERENCES) if (even(pair)) found.add(name);
    if (!evened(pair, real, ours)) unlisted.push({ asked, real, ours });
  }
  expect(unlisted).toEqual([]);
  const names = DIFFERENCES.map(({ name }) => name);
  expect([...found].sort()).toEqual([...names].sort());
  expect(listed().sort()).toEqual([...names].sort());
});

function same(real: Told, ours: Told): boolean {
  return JSON.stringify(real) === JSON.stringify(ours);
}

/** Whether nothing but the differences was different: neither the rest of the results nor how they are written. */
function evened(pair: Pair, real: Told, ours: Told): boolean {
  if (pair.ours === pair.real) return true;
  const { results: theirs, body: realBody, ...rest } = pair.real;
  const { results, body: ourBody, ...ourRest } = pair.ours;
  if (JSON.stringify(rest) !== JSON.stringify(ourRest)) return false;
  if (!results || !theirs) return realBody === ourBody;
  const isPretty = (told: Told) => told.body.startsWith("{\n");
  return JSON.stringify(results) === JSON.stringify(theirs) && isPretty(real) === isPretty(ours);
}
