import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, execute, query } from "../support/http.js";
import { LIMITS } from "../support/limits.js";
import { ServerProcess } from "../support/server.js";

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
  await execute(server, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "main", "INSERT INTO items VALUES (1, 'one'), (2, 'two')");
});
afterAll(() => server?.remove());

/** Counts far longer than any test waits. */
const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0";

it("a query past its timeout_ms answers 408 soon, its work stops, and its neighbours all answer", async () => {
  const from = performance.now();
  const slow = call(server, "POST", "/v1/branches/main/query", { sql: ENDLESS, timeout_ms: 500 }).then((answer) => ({
    answer,
    took: performance.now() - from,
  }));
  const points = await Promise.all(
    Array.from({ length: LIMITS.pointQueries }, (_, index) =>
      query(server, "main", `SELECT name FROM items WHERE id = ${(index % 2) + 1}`),
    ),
  );
  expect(points.map((point) => point.rows[0].name)).toEqual(points.map((_, index) => (index % 2 ? "two" : "one")));

  const { answer, took } = await slow;
  console.log(`timeout_ms 500 was answered after ${Math.round(took)} ms`);
  expect(answer.status).toBe(408);
  expect(answer.body).toMatchObject({ error: "QueryTimeout", code: "QUERY_TIMEOUT" });
  // Not before its time; how long after is the machine's affair, but minutes would mean that nothing stopped it.
  expect(took).toBeGreaterThanOrEqual(490);
  expect(took).toBeLessThan(25_000);

  await sleep(300);
  const before = cpuTicks(server.pid);
  await sleep(1000);
  const spent = cpuTicks(server.pid) - before;
  // A busy process uses about 100 ticks a second.
  expect(spent).toBeLessThan(50);
});

it("a statement past its timeout_ms leaves nothing written", async () => {
  const sql = `INSERT INTO items SELECT i + 1000, 'x' FROM (${ENDLESS.replace("SELECT count(*) FROM n WHERE i < 0", "SELECT i FROM n")})`;
  const answer = await call(server, "POST", "/v1/branches/main/execute", { sql, timeout_ms: 500 });
  expect(answer.status).toBe(408);
  expect((await query(server, "main", "SELECT count(*) AS n FROM items")).rows).toEqual([{ n: 2 }]);
  // The writer is there again for the next.
  await execute(server, "main", "INSERT INTO items VALUES (3, 'three')");
});

/** Clock ticks of CPU that a process and all its descendants have used so far. */
function cpuTicks(root: number): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // Behind the command's name in brackets, which may hold blanks: state, parent, …, user and system time.
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        return [{ pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
      } catch {
        return []; // Ended while we looked.
      }
    });
  const family = new Set([root]);
  for (let grown = true; grown; ) {
    const more = processes.filter((one) => family.has(one.parent) && !family.has(one.pid));
    for (const one of more) family.add(one.pid);
    grown = more.length > 0;
  }
  return processes.filter((one) => family.has(one.pid)).reduce((sum, one) => sum + one.ticks, 0);
}
