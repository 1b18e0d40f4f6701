import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { BadClients } from "../../faults/bad-clients.js";
import { KINDS } from "../../faults/children.js";
import { Memory } from "../../faults/memory.js";
import { figures, IS_SOAK, times } from "../../faults/times.js";
import { Traffic } from "../../faults/traffic.js";
import { ServerProcess } from "../../support/server.js";

const CONNECTIONS = times(100);
const GOOD = CONNECTIONS / 10;
const SECONDS = IS_SOAK ? 60 : 1;
const MB = 1024 * 1024;
/** Of one process, whatever clients do: the heap of main may hold a backlog of 256 MiB, and bodies of as much. */
const MOST_MEMORY = 1536 * MB;

let server: ServerProcess | undefined;
let bad: BadClients | undefined;
afterEach(async () => {
  bad?.end();
  await server?.kill();
  await server?.remove();
  server = undefined;
});

it.each(["0", "2"])(
  `of ${CONNECTIONS} connections ${CONNECTIONS - GOOD} are slow or dead, and the others are served, with %s fronts`,
  {
    timeout: 600_000,
  },
  async (fronts) => {
    server = await ServerProcess.start({ env: { HELIOSDB_FRONTS: fronts } });
    const { port, url, pid } = server;
    const memory = new Memory(pid);
    const alone = new Traffic({ writers: GOOD / 2, readers: GOOD / 2 });
    await alone.prepare(server);
    alone.start(url);
    await sleep((SECONDS * 1000) / 4);
    await alone.ended();
    const before = { ...alone.counts };
    alone.report(`${GOOD} connections alone, fronts ${fronts}`);

    const crowd = new BadClients(port, CONNECTIONS - GOOD);
    bad = crowd;
    await sleep(SECONDS * 250);
    alone.start(url);
    // On a busy machine it takes longer until they have been served that much.
    const areServed = () => alone.counts.writes > before.writes + GOOD && alone.counts.reads > before.reads + GOOD;
    for (let second = 0; second < SECONDS || !(areServed() || alone.problems.length > 0); second++) {
      await sleep(1000);
      memory.look();
      expect(crowd.open).toBeGreaterThan((CONNECTIONS - GOOD) / 3);
    }
    await alone.ended();
    memory.look();
    await alone.check(url);
    alone.report(`beside ${CONNECTIONS - GOOD} slow or dead ones, fronts ${fronts}`);
    figures("memory of one process", memory.figures);
    expect(alone.problems).toEqual([]);
    expect(alone.counts.cut).toBe(before.cut);
    expect(alone.counts.writes).toBeGreaterThan(before.writes + GOOD);
    expect(alone.counts.reads).toBeGreaterThan(before.reads + GOOD);
    for (const kind of KINDS) expect([kind, memory.largestOf(kind)]).toEqual([kind, expect.toSatisfy(isBounded)]);
    expect(server.output).not.toContain("worker_exit");
  },
);

function isBounded(bytes: number): boolean {
  return bytes < MOST_MEMORY;
}
