import pg from "pg";

/** Time to reach one server of a store, in ms. */
const CONNECT_MS = 3000;
const KEEPALIVE_MS = 2000;

/**
 * A commit waits for a standby as long as that takes. Nothing may cancel this wait: the server would answer that the
 * commit succeeded although no standby has it.
 */
const SESSION =
  "SET statement_timeout = 0; SET lock_timeout = 0; SET synchronous_commit = on; SET search_path = helios";

export class NoPrimary extends Error {}

/** Connects to whichever server is not in recovery. */
export async function connectToPrimary(urls: readonly string[]): Promise<pg.Client> {
  const problems: string[] = [];
  for (const url of urls) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_MS,
    });
    // Whoever uses the connection learns of its end by the query that fails.
    client.on("error", () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ recovering: boolean }>("SELECT pg_is_in_recovery() AS recovering");
      if (rows[0]?.recovering === false) {
        await client.query(SESSION);
        return client;
      }
      problems.push("a server is in recovery");
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
    client.end().catch(() => {});
  }
  throw new NoPrimary(`No primary of the store can be reached: ${problems.join("; ")}.`);
}
