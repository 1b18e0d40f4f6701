import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "pg";
import type { Connections } from "./connections.js";
import { Fenced } from "./fenced.js";
import { isOwnFault } from "./own-fault.js";

const RETRY_MS = 200;
/** Time for an answer that may not be taken for missing too early, in ms. */
const DECISION_MS = 10_000;

type Work<T> = (client: Client) => Promise<T>;

/** Statements whose answers count: what a server says that did not wait for its standby is no answer. */
export class Attempts {
  constructor(
    private readonly connections: Connections,
    /** Ends all of them. */
    private readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  /**
   * Runs statements that may be repeated until they have an answer that a failover can't take back.
   * @param limitMs time for each attempt; null for any
   */
  async insist<T>(work: Work<T>, signal: AbortSignal = this.signal, limitMs: number | null = DECISION_MS): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await this.once(limitMs, work, signal);
      } catch (error) {
        if (isOwnFault(error) || error instanceof Fenced) throw error;
        await wait(RETRY_MS, undefined, { signal });
      }
    }
  }

  /**
   * Runs statements once. After a failure, nothing is known of what became of them.
   * @param limitMs time that the answer may take; null for any
   */
  async once<T>(limitMs: number | null, work: Work<T>, signal?: AbortSignal): Promise<T> {
    const connection = await this.connections.take();
    connection.isWarned = false;
    try {
      const done = await within(limitMs, work(connection.client), signal);
      // A cancelled wait for the standby is answered as success, with a warning.
      if (connection.isWarned) throw new Error("the server did not wait for a standby");
      this.connections.give(connection);
      return done;
    } catch (error) {
      this.connections.end(connection);
      throw error;
    }
  }
}

async function within<T>(limitMs: number | null, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (limitMs === null) return work;
  const over = new AbortController();
  const ends = signal ? AbortSignal.any([over.signal, signal]) : over.signal;
  const tooLate = wait(limitMs, undefined, { signal: ends }).then(() => {
    throw new Error(`the store did not answer within ${limitMs} ms`);
  });
  // Whoever loses the race is not heard.
  for (const one of [work, tooLate]) one.catch(() => {});
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    over.abort();
  }
}
