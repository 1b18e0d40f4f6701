/** One call of the client. All events of a call have the same object, so that it can be the key of a WeakMap. */
export interface HookCall {
  readonly method: string;
  /** The path as in the API's document, without values: `/v1/branches/{branch}/query`. */
  readonly route: string;
  /** Name or id, where the route has one. */
  readonly branch: string | undefined;
  /** The server, without credentials and path: `http://localhost:8080`. */
  readonly server: string;
}

/** One attempt of a call. Events have neither the key nor values. */
export interface HookRequest {
  readonly call: HookCall;
  /** Counted from 1. */
  readonly attempt: number;
}

export interface HookResponse extends HookRequest {
  readonly status: number;
  /** Of this attempt. For rows and files that are streamed, until they begin. */
  readonly durationMs: number;
  /** The id under which the server logged the request. */
  readonly requestId: string | undefined;
}

/** An attempt that failed. */
export interface HookFailure extends HookRequest {
  /** As that of the error, such as `RATE_LIMITED`; `ABORTED` if the caller ended the call, closed the client, or gave no token. */
  readonly code: string;
  /** 0 if there was no response. */
  readonly status: number;
  readonly durationMs: number;
  readonly requestId: string | undefined;
}

export interface HookRetry extends HookFailure {
  /** The pause before the next attempt. */
  readonly delayMs: number;
}

/** What to send with an attempt. */
export interface TraceHeaders {
  /** W3C Trace Context: the server's logs and spans continue this trace. */
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/**
 * Functions that are told of each call: first `request`, then one of the three others, and after a `retry` all again; or
 * only `error`, if the caller ends the call in the pause. They are called synchronously, and what they throw is written to the console and changes nothing.
 */
export interface Hooks {
  /** Before each attempt. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that only logs returns nothing, in whatever form
  request?(event: HookRequest): TraceHeaders | void;
  /** A successful response. */
  response?(event: HookResponse): void;
  /** A failed attempt after which there is another. */
  retry?(event: HookRetry): void;
  /** A failed attempt with which the call fails. */
  error?(event: HookFailure): void;
}
