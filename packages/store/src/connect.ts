import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";

/** Time to reach one server of a store, in ms. */
const CONNECT_MS = 3000;
const KEEPALIVE_MS = 2000;
/** A server that has not answered after this is not waited for alone: the next one is asked beside it. */
const SOON_MS = 250;

/**
 * A commit waits for a standby as long as that takes. Nothing may cancel this wait: the server would answer that the
 * commit succeeded although no standby has it.
 */
const SESSION =
  "SET statement_timeout = 0; SET lock_timeout = 0; SET synchronous_commit = on; SET search_path = helios";

/**
 * A client that is gone without a word must not keep what it has locked, or others wait for it: a lost machine is noticed in
 * 5 s, also while a statement waits for a lock, and a frozen one in the middle of a transaction is cut off. None of these
 * ends the wait of a commit. Not every server has every setting.
 */
const SURVIVES_CLIENTS = `
SELECT set_config(name, wanted.value, false)
FROM (VALUES ('idle_in_transaction_session_timeout', '30s'), ('client_connection_check_interval', '2s'),
  ('tcp_keepalives_idle', '2'), ('tcp_keepalives_interval', '1'), ('tcp_keepalives_count', '3'),
  ('tcp_user_timeout', '5s')) AS wanted (option, value)
JOIN pg_settings ON name = option`;

export class NoPrimary extends Error {}

/** A server process. */
export interface Backend {
  readonly pid: number;
  /** When it began: one of another server, or a later one, has another time. */
  readonly began: string;
}

const WHO = `
SELECT pg_is_in_recovery() AS recovering, pg_backend_pid() AS pid,
  (SELECT extract(epoch FROM backend_start)::text FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS began`;

/** Connects to whichever server is not in recovery. */
export async function connectToPrimary(urls: readonly string[]): Promise<pg.Client> {
  return (await connectAs(urls)).client;
}

export interface Connected {
  readonly client: pg.Client;
  /** Null where the server does not tell which process it is. */
  readonly backend: Backend | null;
}

/** The same, with the process of the server. */
export async function connectAs(urls: readonly string[]): Promise<Connected> {
  const problems: string[] = [];
  let found: Connected | null = null;
  let tell = () => {};
  const isFound = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const attempt = async (url: string, at: number) => {
    const made = await ask(url);
    if (typeof made === "string") problems[at] = made;
    else if (found !== null) made.client.end().catch(() => {});
    else found = made;
    if (found !== null) tell();
  };
  const attempts: Promise<void>[] = [];
  for (const [at, url] of urls.entries()) {
    attempts.push(attempt(url, at));
    await Promise.race([attempts[at], isFound, wait(SOON_MS, undefined, { ref: false })]);
    if (found !== null) return found;
  }
  await Promise.race([isFound, Promise.all(attempts)]);
  if (found !== null) return found;
  throw new NoPrimary(`No primary of the store can be reached: ${problems.join("; ")}.`);
}

/** A connection; or why there is none to this server, or none that is of use. */
async function ask(url: string): Promise<Connected | string> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
  });
  // Whoever uses the connection learns of its end by the query that fails.
  client.on("error", () => {});
  let tooLate: NodeJS.Timeout | undefined;
  let problem = "a server is in recovery";
  try {
    await client.connect();
    // A server that vanishes now would be waited for.
    tooLate = setTimeout(() => void client.end().catch(() => {}), CONNECT_MS);
    const { rows } = await client.query<{ recovering: boolean; pid: number; began: string | null }>(WHO);
    const { recovering, pid, began } = rows[0]!;
    if (!recovering) {
      await client.query(SESSION);
      await client.query(SURVIVES_CLIENTS);
      return { client, backend: began === null ? null : { pid, began } };
    }
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(tooLate);
  }
  client.end().catch(() => {});
  return problem;
}
