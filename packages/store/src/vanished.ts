import { type Backend, connectToPrimary } from "./connect.js";

/** Time for the answer of a primary, in ms. */
const ANSWER_MS = 2000;

const THERE = `
SELECT pid, extract(epoch FROM backend_start)::text AS began FROM pg_stat_activity WHERE pid = ANY ($1::int[])`;

/** Those that the primary does not have: they were of a server that is the primary no more, or they have ended. */
export async function vanished(urls: readonly string[], backends: readonly Backend[]): Promise<readonly Backend[]> {
  const client = await connectToPrimary(urls);
  // It may vanish as well: then the query fails.
  const tooLate = setTimeout(() => void client.end().catch(() => {}), ANSWER_MS);
  try {
    const { rows } = await client.query<Backend>(THERE, [backends.map(({ pid }) => pid)]);
    return backends.filter(({ pid, began }) => !rows.some((row) => row.pid === pid && row.began === began));
  } finally {
    clearTimeout(tooLate);
    client.end().catch(() => {});
  }
}
