import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { childrenOf, isAlive } from "../../faults/children.js";
import { Connection } from "../../faults/connection.js";
import { integrityProblems } from "../../faults/integrity.js";
import { figures, IS_SOAK, randomFrom, times } from "../../faults/times.js";
import { Traffic } from "../../faults/traffic.js";
import { ServerProcess } from "../../support/server.js";

const KILLS = times(3);
/** Files are looked through after so many kills. */
const LOOK_EVERY = 25;

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.kill();
  if (server) rmSync(server.dataDir, { recursive: true, force: true });
  server = undefined;
});

it(`after ${KILLS} kills of the whole server under write load, all that was acknowledged is there, and nothing by half`, {
  timeout: 7_200_000,
}, async () => {
  const random = randomFrom(1);
  const traffic = new Traffic({ writers: 6, readers: 2 });
  let looked = 0;
  server = await ServerProcess.start();
  await traffic.prepare(server);
  const branches: string[] = [];
  for (let kill = 1; kill <= KILLS; kill++) {
    const running = server;
    const children = childrenOf(running.pid);
    traffic.start(running.url);
    let over = false;
    const made = makeBranches(running, kill, branches, () => over);
    const { writes } = traffic.counts;
    await sleep(50 + random() * 450);
    // On a busy machine the first ones take longer than that.
    while (traffic.counts.writes < writes + 2 && traffic.problems.length === 0) await sleep(5);
    // In the same turn, so that no later failure is taken for one of the kill's making.
    over = true;
    traffic.stop();
    // Every other time its children are left to notice by themselves that it is gone, while the next one starts.
    if (kill % 2 === 0) running.signalGroup("SIGKILL");
    else process.kill(running.pid, "SIGKILL");
    await Promise.all([traffic.ended(), made, running.ended()]);
    const { newestScn } = traffic;

    // With fronts and without in turn.
    server = await ServerProcess.start({
      dataDir: running.dataDir,
      env: { HELIOSDB_FRONTS: kill % 4 < 2 ? "2" : "0" },
    });
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
    await traffic.check(server.url);
    const connection = new Connection(server.url);
    for (const name of branches.splice(0)) {
      const { status, body } = await connection.query(name, "SELECT count(*) AS n FROM made");
      expect([name, status, body.rows]).toEqual([name, 200, [{ n: 1 }]]);
      await connection.send("DELETE", `/v1/branches/${name}`);
    }
    const next = await connection.execute("main", "UPDATE newest SET n = n WHERE w = 0");
    expect(next.status).toBe(200);
    expect(next.body.scn).toBeGreaterThan(newestScn);
    connection.cut();
    if (kill % LOOK_EVERY === 0 || kill === KILLS) {
      expect(integrityProblems(running.dataDir)).toEqual([]);
      looked++;
      if (IS_SOAK) traffic.report("so far", { kills: kill });
    }
    expect(traffic.problems).toEqual([]);
  }
  expect(traffic.counts.writes).toBeGreaterThan(KILLS);
  traffic.report("whole server killed", { kills: KILLS });
  figures("integrity", { "looked through all files": `${looked} times` });
});

/** Branches that are made and written to, whose files are made by the first write. */
async function makeBranches(
  { url }: ServerProcess,
  kill: number,
  made: string[],
  isOver: () => boolean,
): Promise<void> {
  const connection = new Connection(url);
  for (let number = 0; !isOver(); number++) {
    const name = `made-${kill}-${number}`;
    try {
      const created = await connection.send("POST", "/v1/branches", { name });
      const written = await connection.execute(name, "CREATE TABLE made AS SELECT 1 AS one");
      if (created.status === 201 && written.status === 200) made.push(name);
      else if (!isOver()) throw new Error(`${created.status} ${written.status} ${JSON.stringify(written.body)}`);
    } catch (error) {
      if (!isOver()) throw error;
    }
  }
  connection.cut();
}
