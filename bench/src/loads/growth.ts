import type { RunningServer } from "../http/server-process.js";
import { FILL, TABLE } from "../support/users-table.js";

const AT = "/v1/branches/main";
const AT_ONCE = 32;

/** What a database may have more and more of, and how it comes to have so many. */
export const GROWTH: Readonly<
  Record<
    string,
    { readonly sizes: readonly number[]; readonly grow: (server: RunningServer, size: number) => Promise<void> }
  >
> = {
  commits: {
    sizes: [10, 1_000, 100_000],
    grow: (server, size) =>
      each(size, (at) => {
        const sql = "UPDATE users SET email = ? WHERE id = ?";
        return server.post(`${AT}/execute`, { sql, params: [`${at}@example.com`, 1 + (at % 10_000)] });
      }),
  },
  branches: {
    sizes: [1, 100, 5_000],
    // Main is one. A branch that is written has a file of its own.
    grow: (server, size) =>
      each(size - 1, async (at) => {
        await server.post("/v1/branches", { name: `b${at}` });
        const sql = "UPDATE users SET email = 'changed' WHERE id = ?";
        await server.post(`/v1/branches/b${at}/execute`, { sql, params: [1 + (at % 10_000)] });
      }),
  },
  tables: {
    sizes: [1, 100, 2_000],
    grow: async (server, size) => {
      for (let from = 1; from < size; from += 100) {
        const count = Math.min(100, size - from);
        const statements = Array.from({ length: count }, (_, at) => ({
          sql: `CREATE TABLE t${from + at} (id INTEGER PRIMARY KEY, name TEXT, at TEXT)`,
        }));
        await server.post(`${AT}/batch`, { statements });
      }
    },
  },
};

/** The table that is read and written while there is more and more beside it. */
export async function fill(server: RunningServer): Promise<void> {
  for (const sql of [TABLE, FILL]) await server.post(`${AT}/execute`, { sql });
}

async function each(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < count; at = next++) await work(at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
