import { rmSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { untilInFlight } from "../../apps/server/test/support/in-flight.js";
import { call, execute, query } from "../support/http.js";
import { LIMITS } from "../support/limits.js";
import { ServerProcess } from "../support/server.js";

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.kill();
  if (server) rmSync(server.dataDir, { recursive: true, force: true });
  server = undefined;
});

it(`after kill -9 of every process under write load, ${LIMITS.killRounds} times, each acknowledged write is there`, async () => {
  const env = { HELIOSDB_MAX_ROWS: "1000000" };
  server = await ServerProcess.start({ env });
  await execute(server, "main", "CREATE TABLE log (id TEXT PRIMARY KEY, writer INTEGER, n INTEGER)");
  await call(server, "POST", "/v1/branches", { name: "side" });
  const acknowledged: Record<string, string[]> = { main: [], side: [] };
  let lastScn = 0;

  for (let round = 0; round < LIMITS.killRounds; round++) {
    const running = server;
    let stopped = false;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      const branch = writer % 2 ? "side" : "main";
      for (let n = 0; !stopped; n++) {
        const id = `r${round}w${writer}n${n}`;
        try {
          const answer = await call(running, "POST", `/v1/branches/${branch}/execute`, {
            sql: "INSERT INTO log VALUES ($1, $2, $3)",
            params: [id, writer, n],
          });
          if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
          acknowledged[branch]!.push(id);
          lastScn = Math.max(lastScn, answer.body.scn);
        } catch (error) {
          // The kill cuts connections: those writes may or may not be there.
          if (!stopped) throw error;
        }
      }
    });
    // Stopped is set in the same turn as the kill, so that no later failure is taken for one of its making.
    await new Promise<void>((done) =>
      setTimeout(
        () => {
          stopped = true;
          running.signalGroup("SIGKILL");
          done();
        },
        400 + round * 37,
      ),
    );
    await Promise.all(writers);
    await running.ended();

    server = await ServerProcess.start({ dataDir: running.dataDir, env });
    for (const branch of ["main", "side"]) {
      const found = await query(server, branch, "SELECT id FROM log");
      const ids = new Set(found.rows.map((row: { id: string }) => row.id));
      expect(acknowledged[branch]!.filter((id) => !ids.has(id))).toEqual([]);
      expect(found.truncated).toBe(false);
      const check = await query(server, branch, "SELECT count(*) AS n, count(DISTINCT id) AS d FROM log");
      expect(check.rows[0].n).toBe(check.rows[0].d);
    }
    const next = await execute(server, "main", "INSERT INTO log VALUES ($1, -1, $2)", [`round ${round}`, round]);
    expect(next.scn).toBeGreaterThan(lastScn);
    acknowledged.main!.push(`round ${round}`);
  }
  console.log(`${acknowledged.main!.length + acknowledged.side!.length} acknowledged writes were there`);
});

it("Ctrl-C, which reaches every process of the group, ends the server gracefully", async () => {
  server = await ServerProcess.start();
  await execute(server, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  const slow = call(server, "POST", "/v1/branches/main/query", {
    sql: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) AS n FROM n",
  });
  await untilInFlight(server.url, 1);
  const asked = performance.now();
  server.signalGroup("SIGINT");
  // What was in hand is answered, and answered whole.
  expect((await slow).body.rows).toEqual([{ n: 3_000_000 }]);
  expect(await server.ended()).toBe(0);
  // Not the minute and more for which a connection that nobody uses would be kept open.
  expect(performance.now() - asked).toBeLessThan(50_000);
  expect(server.output).not.toMatch(/error|stack/i);
});
