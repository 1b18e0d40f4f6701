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

/** A server process. */
export interface Backend {
  readonly pid: number;
  /** When it began: one of another server, or a later one, has another time. */
  readonly began: string;
}

const ASK = `
SELECT pg_is_in_recovery() AS recovering, pg_backend_pid() AS pid,
  (SELECT extract(epoch FROM backend_start)::text FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS began`;

/** Connects to whichever server is not in recovery. */
export async function connectToPrimary(urls: readonly string[]): Promise<pg.Client> {
  return (await connectAs(urls)).client;
}

/** The same, with the process of the server; null where the server does not tell which it is. */
export async function connectAs(
  urls: readonly string[],
): Promise<{ readonly client: pg.Client; readonly backend: Backend | null }> {
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
    let tooLate: NodeJS.Timeout | undefined;
    try {
      await client.connect();
      // A server that vanishes now would be waited for.
      tooLate = setTimeout(() => void client.end().catch(() => {}), CONNECT_MS);
      const { rows } = await client.query<{ recovering: boolean; pid: number; began: string | null }>(ASK);
      const { recovering, pid, began } = rows[0]!;
      if (!recovering) {
        await client.query(SESSION);
        return { client, backend: began === null ? null : { pid, began } };
      }
      problems.push("a server is in recovery");
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(tooLate);
    }
    client.end().catch(() => {});
  }
  throw new NoPrimary(`No primary of the store can be reached: ${problems.join("; ")}.`);
}
