import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError, HeliosDBError } from "./errors.js";

/** How often and how long a call is retried. */
export interface RetryOptions {
  /** Total number of attempts; 1 means no retries. Default 4. */
  readonly attempts?: number;
  /** The first pause in milliseconds, doubled each time, if the server requests none. Default 200. */
  readonly baseDelayMs?: number;
  /** If the server requests a longer pause, the error is thrown at once. Default 60,000. */
  readonly maxDelayMs?: number;
}

export const RETRY_DEFAULTS: Required<RetryOptions> = { attempts: 4, baseDelayMs: 200, maxDelayMs: 60_000 };

/** 503s with which the server refuses a request before it begins. */
const REFUSED_UNSTARTED = new Set(["OVERLOADED", "SHUTTING_DOWN"]);

/**
 * Whether sending the same request again is safe and may help. After a 429, or a 503 that refused to begin, nothing has
 * happened. After any other 503, or without a response, a write may have happened: only repeatable requests are sent
 * again.
 */
export function mayRetry(error: HeliosDBError, idempotent: boolean): boolean {
  if (error.status === 429) return true;
  // The first attempt, whose response was lost, is still running.
  if (error.code === "IDEMPOTENCY_IN_PROGRESS") return idempotent;
  if (error.status === 503) return idempotent || REFUSED_UNSTARTED.has(error.code);
  return error instanceof ConnectionError && error.code === "CONNECTION_FAILED" && idempotent;
}

/** Milliseconds before the next attempt (`attempt` counts from 1). */
export function delayMs(error: HeliosDBError, attempt: number, options: Required<RetryOptions>): number {
  if (error.retryAfter !== undefined) return error.retryAfter * 1000;
  const full = options.baseDelayMs * 2 ** (attempt - 1);
  // Up to half of it at random, so that callers who failed together don't return together.
  return full / 2 + Math.random() * (full / 2);
}

/** Runs `attempt` until it succeeds, may not be repeated, or the attempts are used up. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  idempotent: boolean,
  options: Required<RetryOptions>,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof HeliosDBError) || number >= options.attempts || !mayRetry(error, idempotent)) throw error;
      const pause = delayMs(error, number, options);
      if (pause > options.maxDelayMs) throw error;
      await pauseFor(pause, signal);
    }
  }
}

async function pauseFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    signal?.throwIfAborted();
  }
}
