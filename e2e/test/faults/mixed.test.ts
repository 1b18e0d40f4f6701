import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { childrenOf } from "../../faults/children.js";
import { integrityProblems } from "../../faults/integrity.js";
import { Memory } from "../../faults/memory.js";
import { figures, IS_SOAK, randomFrom, times } from "../../faults/times.js";
import { Traffic } from "../../faults/traffic.js";
import { ServerProcess } from "../../support/server.js";

/** Seconds of it. */
const SECONDS = times(3);
const LOOK_EVERY_MS = IS_SOAK ? 5_000 : 500;
/** A minute's growth of a process's memory that a server can't afford. */
const MOST_GROWTH = 1024 * 1024;

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.kill();
  await server?.remove();
  server = undefined;
});

it(`${SECONDS} s of writes and reads through fronts, while fronts, workers and clients are killed at random`, {
  timeout: 7_200_000,
}, async () => {
  server = await ServerProcess.start({ env: { HELIOSDB_FRONTS: "2" } });
  const { pid, url, dataDir } = server;
  const random = randomFrom(3);
  const traffic = new Traffic({ writers: 8, readers: 8 });
  const memory = new Memory(pid);
  await traffic.prepare(server);
  traffic.start(url);
  const killed = { client: 0, front: 0, reader: 0, writer: 0, helper: 0 };
  const until = performance.now() + SECONDS * 1000;
  let lookAt = 0;
  // A request under which two processes end is given up: none is to meet a second one by chance.
  let settled = Promise.resolve();
  while (performance.now() < until && traffic.problems.length === 0) {
    if (performance.now() >= lookAt) {
      memory.look();
      lookAt = performance.now() + LOOK_EVERY_MS;
    }
    await sleep(100 + random() * 400);
    await settled;
    const children = childrenOf(pid);
    const victim = children[Math.floor(random() * children.length)];
    if (random() < 0.5 || !victim) {
      traffic.cutOne();
      killed.client++;
    } else if (victim.kind !== "main") {
      process.kill(victim.pid, "SIGKILL");
      killed[victim.kind]++;
      settled = traffic.settled();
      await sleep(IS_SOAK ? 1000 : 300);
    }
  }
  await traffic.ended();
  memory.look();
  await traffic.check(url);
  traffic.report("mixed load", { seconds: SECONDS, ...prefixed(killed) });
  figures("memory of one process", memory.figures);
  expect(traffic.problems).toEqual([]);
  expect(server.running).toBe(true);
  expect(integrityProblems(dataDir)).toEqual([]);
  // The others are young, since they are killed.
  if (IS_SOAK) expect(memory.slopeOf("main")).toBeLessThan(MOST_GROWTH);
});

function prefixed(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`killed ${name}s`, count]));
}
