import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError, HeliosDBError } from "./errors.js";

/** How often and how patiently a call is tried again. */
export interface RetryOptions {
  /** All attempts together; 1 means never again. Default 4. */
  readonly attempts?: number;
  /** The first pause in milliseconds, doubled each time, where the server names none. Default 200. */
  readonly baseDelayMs?: number;
  /** A longer pause than this is not waited for: the error is thrown at once. Default 60,000. */
  readonly maxDelayMs?: number;
}

export const RETRY_DEFAULTS: Required<RetryOptions> = { attempts: 4, baseDelayMs: 200, maxDelayMs: 60_000 };

/** 503s by which the server refuses a request before it starts on it. */
const REFUSED_UNSTARTED = new Set(["OVERLOADED", "SHUTTING_DOWN"]);

/**
 * Whether sending the same request again is safe and may help. A 429, or a 503 that refused to start, did nothing.
 * After any other 503, or when no answer came, a write may have happened: only a request that may be repeated is.
 */
export function mayRetry(error: HeliosDBError, idempotent: boolean): boolean {
  if (error.status === 429) return true;
  // The first attempt, whose answer was lost, is still under way.
  if (error.code === "IDEMPOTENCY_IN_PROGRESS") return idempotent;
  if (error.status === 503) return idempotent || REFUSED_UNSTARTED.has(error.code);
  return error instanceof ConnectionError && error.code === "CONNECTION_FAILED" && idempotent;
}

/** Milliseconds before the next attempt (`attempt` counts from 1). */
export function delayMs(error: HeliosDBError, attempt: number, options: Required<RetryOptions>): number {
  if (error.retryAfter !== undefined) return error.retryAfter * 1000;
  const full = options.baseDelayMs * 2 ** (attempt - 1);
  // Up to half of it at random, so that callers who failed together don't come back together.
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
