import { HeliosDBClient } from "@heliosdb/client";
import { startHelios } from "../http/servers.js";
import { STORM_STEPS, type StormFigures, type StormStep } from "../support/loads.js";
import { median } from "../support/timing.js";
import { FILL, TABLE } from "../support/users-table.js";

const AT_ONCE = 8;

/** Many branches, each made, written, merged and deleted by the SDK, several at once, and none of them left behind. */
export async function branchStorm(folder: string, branches: number): Promise<StormFigures> {
  const server = await startHelios(folder);
  const client = new HeliosDBClient({ baseUrl: server.origin, apiKey: "none" });
  const took: Record<StormStep, number[]> = { create: [], write: [], merge: [], delete: [] };
  try {
    for (const sql of [TABLE, FILL]) await client.sql.execute(sql);
    const timed = async (step: StormStep, work: Promise<unknown>) => {
      const from = performance.now();
      await work;
      took[step].push(performance.now() - from);
    };
    let next = 0;
    const worker = async () => {
      for (let at = next++; at < branches; at = next++) {
        const name = `storm-${at}`;
        await timed("create", client.branches.create({ name }));
        const sql = "UPDATE users SET name = $1 WHERE id = $2";
        await timed("write", client.sql.execute(sql, { branch: name, params: [name, 1 + at] }));
        await timed("merge", client.branches.merge(name, { targetBranch: "main" }));
        await timed("delete", client.branches.delete(name));
      }
    };
    const from = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const seconds = (performance.now() - from) / 1000;
    const merged = await client.sql.query("SELECT count(*) AS n FROM users WHERE name GLOB 'storm-*'");
    if (merged.rows[0]?.n !== branches) throw new Error(`${merged.rows[0]?.n} of ${branches} branches were merged`);
    const steps = Object.fromEntries(
      STORM_STEPS.map((step) => {
        const sorted = took[step].sort((a, b) => a - b);
        return [step, { p50Ms: median(sorted), p99Ms: sorted[Math.floor(sorted.length * 0.99)]! }];
      }),
    ) as StormFigures["steps"];
    return { branches, atOnce: AT_ONCE, seconds, steps };
  } finally {
    await client.close();
    await server.stop();
  }
}
