import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startHost, until } from "./support/host.js";

const ROUNDS = 6;
const SOME_MS =
  "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 60000) SELECT count(*) FROM c";

it("where all readers end at once, what they had is run again, and passes for what ended them in none", async () => {
  const { host, db } = await startHost({ readers: 2 });
  for (let round = 0; round < ROUNDS; round++) {
    // The one that stands by, too.
    await until(async () => (await host.health()).parts[0]!.ready === 3);
    const asked = [1, 2, 3].map(() => db.query({ branch: "main", sql: SOME_MS }));
    await sleep(Math.random() * 10);
    for (const pid of host.counters().pids.reader) process.kill(pid, "SIGKILL");
    for (const { rows } of await Promise.all(asked)) expect(rows).toEqual([[60_000n]]);
  }
});
