import { HeliosDBError } from "./errors.js";
import type { HookCall, HookFailure, Hooks, TraceHeaders } from "./hooks.js";

const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/** Tells the hooks of one call, attempt by attempt. */
export class ObservedCall {
  readonly #hooks: Hooks;
  readonly #call: HookCall;
  #attempt = 0;
  #begun = 0;

  constructor(hooks: Hooks, call: HookCall) {
    this.#hooks = hooks;
    this.#call = Object.freeze({ ...call });
  }

  /** Begins an attempt; returns the headers to send with it. */
  begin(): Readonly<Record<string, string>> {
    this.#attempt += 1;
    this.#begun = performance.now();
    return (
      guarded(() =>
        headersOf(this.#hooks.request?.({ call: this.#call, attempt: this.#attempt }) as TraceHeaders | undefined),
      ) ?? {}
    );
  }

  responded(status: number, requestId: string | undefined): void {
    guarded(() => this.#hooks.response?.({ ...this.#timed(), status, requestId }));
  }

  willRetry(error: unknown, delayMs: number): void {
    guarded(() => this.#hooks.retry?.({ ...this.#failure(error), delayMs }));
  }

  failed(error: unknown): void {
    guarded(() => this.#hooks.error?.(this.#failure(error)));
  }

  #timed() {
    return { call: this.#call, attempt: this.#attempt, durationMs: performance.now() - this.#begun };
  }

  /** What is thrown and not of this library is the reason of the caller's signal. */
  #failure(error: unknown): HookFailure {
    if (!(error instanceof HeliosDBError))
      return { ...this.#timed(), code: "ABORTED", status: 0, requestId: undefined };
    const { code, status, requestId } = error;
    return { ...this.#timed(), code, status, requestId };
  }
}

function headersOf(given: TraceHeaders | undefined): Record<string, string> {
  if (given?.traceparent === undefined) return {};
  const { traceparent, tracestate } = given;
  if (!TRACEPARENT.test(traceparent)) {
    throw new TypeError(
      `Invalid traceparent "${traceparent}". Expected the form 00-<32 hex digits>-<16 hex digits>-01.`,
    );
  }
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

/** Observers must not change what they observe. */
function guarded<T>(hook: () => T): T | undefined {
  try {
    return hook();
  } catch (error) {
    console.error("A hook of HeliosDBClient failed:", error);
    return undefined;
  }
}
