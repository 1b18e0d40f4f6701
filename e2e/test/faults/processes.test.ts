import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { type Child, childrenOf, type Kind } from "../../faults/children.js";
import { Connection } from "../../faults/connection.js";
import { integrityProblems } from "../../faults/integrity.js";
import { randomFrom, times } from "../../faults/times.js";
import { Traffic } from "../../faults/traffic.js";
import { ServerProcess } from "../../support/server.js";

const KILLS = times(3);

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.kill();
  await server?.remove();
  server = undefined;
});

it.each<Kind>(["writer", "reader", "front"])(
  `${KILLS} kills of a %s under load lose nothing, and other requests are unharmed`,
  {
    timeout: 7_200_000,
  },
  async (kind) => {
    server = await ServerProcess.start({ env: { HELIOSDB_FRONTS: "2" } });
    const { pid, url, dataDir } = server;
    const random = randomFrom(2);
    const traffic = new Traffic({ writers: 6, readers: 4 });
    await traffic.prepare(server);
    traffic.start(url);
    const victims = () => childrenOf(pid).filter((child) => child.kind === kind);
    const complete = victims().length;
    // Queries for readers, which fronts don't answer by themselves.
    let isOver = false;
    const counts = { aggregates: 0 };
    const aggregates = readAll(url, () => isOver, counts, traffic.problems);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(random() * 100);
      const alive = victims();
      const victim = alive[Math.floor(random() * alive.length)]!;
      process.kill(victim.pid, "SIGKILL");
      const { aggregates: before } = counts;
      await replaced(server, victim, victims, complete);
      // A request under which two processes end is given up: none is to meet a second one by chance.
      await traffic.settled();
      while (counts.aggregates < before + 2) await sleep(5);
      if (traffic.problems.length > 0) break;
    }
    isOver = true;
    await Promise.all([traffic.ended(), aggregates]);
    await traffic.check(url);
    expect(traffic.problems).toEqual([]);
    // Nobody notices the end of a writer or a reader.
    if (kind !== "front") expect(traffic.counts.cut).toBe(0);
    expect(traffic.counts.writes).toBeGreaterThan(KILLS);
    expect(integrityProblems(dataDir)).toEqual([]);
    traffic.report(`${kind} killed`, { kills: KILLS });
  },
);

async function replaced(of: ServerProcess, victim: Child, all: () => Child[], complete: number): Promise<void> {
  for (let tries = 0; tries < 3000; tries++) {
    await sleep(10);
    const now = all();
    if (now.length < complete || now.some(({ pid }) => pid === victim.pid)) continue;
    const connection = new Connection(of.url);
    const ready = await connection.send("GET", "/readyz").catch(() => null);
    connection.cut();
    if (ready?.status === 200) return;
  }
  throw new Error(`a ${victim.kind} was not replaced:\n${of.output}`);
}

async function readAll(
  url: string,
  isOver: () => boolean,
  counts: { aggregates: number },
  problems: string[],
): Promise<void> {
  const connection = new Connection(url);
  while (!isOver()) {
    try {
      const { status, body } = await connection.query("main", "SELECT count(*) AS n, sum(n) AS s FROM newest");
      if (status !== 200) problems.push(`aggregate: ${status} ${JSON.stringify(body)}`);
    } catch {
      await sleep(5);
    }
    counts.aggregates++;
  }
  connection.cut();
}
