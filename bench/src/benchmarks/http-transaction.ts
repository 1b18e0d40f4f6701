import { HeliosDBClient } from "@heliosdb/client";
import { startHelios } from "../http/servers.js";
import type { Benchmark, Row } from "../support/benchmark.js";
import { median } from "../support/timing.js";

const CALLERS = [1, 32] as const;
const STATEMENTS = [
  "UPDATE accounts SET balance = balance - 1 WHERE id = 1",
  "UPDATE accounts SET balance = balance + 1 WHERE id = 2",
  "INSERT INTO log (text) VALUES ('moved')",
];

/**
 * A transaction of three statements, which is five requests, compared with the same statements as one batch. Callers have
 * a branch each. Both are driven by the client library in this process, so only the ratio tells something.
 */
export const httpTransaction: Benchmark = {
  name: "http-transaction",
  async run({ quick, folder }) {
    const server = await startHelios(`${folder}/helios`);
    const client = new HeliosDBClient({ baseUrl: server.origin, connections: 64 });
    try {
      await client.sql.batch([
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER)",
        "CREATE TABLE log (id INTEGER PRIMARY KEY, text TEXT)",
        "INSERT INTO accounts VALUES (1, 0), (2, 0)",
      ]);
      const rows: Row[] = [];
      for (const callers of CALLERS) {
        const branches = await Promise.all(
          Array.from({ length: callers }, async (_, at) => {
            const { name } = await client.branches.create({ name: `of-${callers}-${at}` });
            await client.sql.execute("UPDATE accounts SET balance = 0", { branch: name });
            return name;
          }),
        );
        const transaction = (branch: string) =>
          client.transaction(
            async (each) => {
              for (const sql of STATEMENTS) await each.execute(sql);
            },
            { branch },
          );
        const batch = (branch: string) => client.sql.batch(STATEMENTS, { branch });
        const [ours, theirs]: [number[], number[]] = [[], []];
        const ms = quick ? 500 : 4000;
        for (let round = 0; round < (quick ? 1 : 3); round++) {
          ours.push(await perSecond(branches, transaction, ms));
          theirs.push(await perSecond(branches, batch, ms));
        }
        const what = `transaction of three statements, ${callers === 1 ? "one caller" : `${callers} callers`}`;
        rows.push({ what, against: "one batch", unit: "/s", ours: median(ours), theirs: median(theirs), target: null });
      }
      return rows;
    } finally {
      await client.close();
      await server.stop();
    }
  },
};

async function perSecond(
  branches: readonly string[],
  work: (branch: string) => Promise<unknown>,
  ms: number,
): Promise<number> {
  const until = performance.now() + ms;
  let done = 0;
  const began = performance.now();
  await Promise.all(
    branches.map(async (branch) => {
      while (performance.now() < until) {
        await work(branch);
        done++;
      }
    }),
  );
  return done / ((performance.now() - began) / 1000);
}
