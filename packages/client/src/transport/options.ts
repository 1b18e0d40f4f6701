import type { TokenSource } from "./access-token.js";
import type { Hooks } from "./hooks.js";
import { RETRY_DEFAULTS, type RetryOptions } from "./retry.js";
import { formsOf, type ValueForms } from "./value-forms.js";

/** How a client connects to its server. */
export interface HeliosDBClientOptions extends ValueForms {
  /** The server's address, without `/v1`: `http://localhost:8080`. */
  readonly baseUrl: string;
  /** Sent as `X-API-Key`. */
  readonly apiKey?: string;
  /**
   * A JWT, sent as `Authorization: Bearer …`; the server checks it before the key. A function is asked for one before the
   * first request, and again when the server refuses the last one: then the request is sent once more.
   */
  readonly token?: TokenSource;
  /** Certificates to trust instead of Node's own, in PEM form, such as a file's bytes: those of your CA. For https. */
  readonly ca?: string | Uint8Array;
  readonly retry?: RetryOptions;
  /** Maximum milliseconds for one attempt. Default 60,000; a call with a longer `timeoutMs` waits longer. */
  readonly requestTimeoutMs?: number;
  /** Maximum number of connections to the server. Default 16; a browser decides itself. */
  readonly connections?: number;
  /** Functions that are told of each request, for logs, metrics and traces. */
  readonly hooks?: Hooks;
}

/** Options of every call. */
export interface CallOptions {
  /** Aborting it ends the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** As in the client's options, but only for this call. */
  readonly requestTimeoutMs?: number;
  /**
   * The id of the call's request, by which `queries.cancel` stops its work, and the server's log names it. 1 to 64
   * letters, digits, `.`, `_` or `-`. Default: the server makes one up.
   */
  readonly queryId?: string;
}

/** Options of calls whose change must not be made twice. */
export interface RepeatableOptions extends CallOptions {
  /**
   * Makes the call take effect once, however often it is made with this key within 24 hours, in whatever process: later
   * calls get the first response. Without one, the client makes up a key for each call, so that it can be retried if there
   * was no response. 1 to 255 visible ASCII characters, such as a UUID.
   */
  readonly idempotencyKey?: string;
  /**
   * The `idempotencyKey` of another call that has to succeed before this one. While that one is under way, the server lets
   * this one wait; if it did not succeed, this call is not run and rejects with `PREDECESSOR_FAILED`. So calls can be on
   * their way together without changing places. Start that one first.
   */
  readonly idempotencyAfter?: string;
}

export interface Settings {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token: TokenSource | undefined;
  readonly ca?: string | Uint8Array;
  readonly retry: Required<RetryOptions>;
  readonly requestTimeoutMs: number;
  readonly connections: number | undefined;
  readonly forms: ValueForms;
  readonly hooks: Hooks;
}

/** Checks the options once, so that a mistake shows when the client is made and not at its first call. */
export function settingsOf(options: HeliosDBClientOptions): Settings {
  const retry = { ...RETRY_DEFAULTS, ...withoutUndefined(options.retry ?? {}) };
  positive("retry.attempts", retry.attempts);
  return {
    baseUrl: checkedUrl(options.baseUrl),
    headers: options.apiKey === undefined ? {} : { "x-api-key": checkedKey(options.apiKey) },
    token: options.token,
    ca: options.ca,
    retry,
    requestTimeoutMs: positive("requestTimeoutMs", options.requestTimeoutMs ?? 60_000),
    connections: options.connections === undefined ? undefined : positive("connections", options.connections),
    forms: formsOf(options),
    hooks: options.hooks ?? {},
  };
}

/** The message of whoever sends it would have the key in it. */
function checkedKey(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new TypeError("Invalid apiKey. Expected visible ASCII characters: no space and no end of a line.");
}

function checkedUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new TypeError(`Invalid baseUrl ${JSON.stringify(text)}. Expected an http or https URL.`);
  }
  const url = new URL(text);
  if (/\/v1\/?$/.test(url.pathname))
    throw new TypeError("Invalid baseUrl. Leave out the /v1 at its end: the client adds it.");
  return text.replace(/\/+$/, "");
}

function positive(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`${name} must be a positive integer.`);
  return value;
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}
