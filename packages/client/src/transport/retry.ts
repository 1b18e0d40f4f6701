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
const REFUSED_UNSTARTED = new Set(["OVERLOADED", "SHUTTING_DOWN", "NOT_ACTIVE"]);

/** The server is unavailable, or a proxy says so. */
const UNAVAILABLE = new Set([502, 503, 504]);

/**
 * Whether sending the same request again is safe and may help. After a 429, or a 503 that refused to begin, nothing has
 * happened. After any other 503, a proxy's 502 or 504, or without a response, a write may have happened: only repeatable
 * requests are sent again.
 */
export function mayRetry(error: HeliosDBError, idempotent: boolean): boolean {
  if (error.status === 429) return true;
  // The first attempt, whose response was lost, is still running.
  if (error.code === "IDEMPOTENCY_IN_PROGRESS") return idempotent;
  if (UNAVAILABLE.has(error.status)) return idempotent || REFUSED_UNSTARTED.has(error.code);
  return error instanceof ConnectionError && error.code === "CONNECTION_FAILED" && idempotent;
}

/**
 * Milliseconds before the next attempt (`attempt` counts from 1). A part of them is random, so that callers who failed
 * together don't return together; the pause that the server requests is waited for in full.
 */
export function delayMs(error: HeliosDBError, attempt: number, options: Required<RetryOptions>): number {
  const full = Math.min(options.baseDelayMs * 2 ** (attempt - 1), options.maxDelayMs);
  if (error.retryAfter !== undefined) return error.retryAfter * 1000 + Math.random() * full;
  return full / 2 + Math.random() * (full / 2);
}

/** Told of each attempt that fails. */
interface Observer {
  willRetry(error: unknown, delayMs: number): void;
  failed(error: unknown): void;
}

/** Runs `attempt` until it succeeds, may not be repeated, or the attempts are used up. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  idempotent: boolean,
  options: Required<RetryOptions>,
  signal: AbortSignal | undefined,
  observer: Observer,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      const pause = pauseAfter(error, number, idempotent, options);
      if (pause === null) {
        observer.failed(error);
        throw error;
      }
      observer.willRetry(error, pause);
      await pauseFor(pause, signal).catch((reason) => {
        observer.failed(reason);
        throw reason;
      });
    }
  }
}

/** Null if there is no further attempt. */
function pauseAfter(
  error: unknown,
  number: number,
  idempotent: boolean,
  options: Required<RetryOptions>,
): number | null {
  if (!(error instanceof HeliosDBError) || number >= options.attempts || !mayRetry(error, idempotent)) return null;
  if ((error.retryAfter ?? 0) * 1000 > options.maxDelayMs) return null;
  return delayMs(error, number, options);
}

/** Rejects with the reason of a signal that is aborted meanwhile. */
export function pauseFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done, fail) => {
    const abort = () => {
      clearTimeout(timer);
      fail(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      done();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
