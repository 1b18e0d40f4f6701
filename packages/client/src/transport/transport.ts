import { AccessToken } from "./access-token.js";
import { apiClient, type Fetch } from "./api-client.js";
import { connectionError } from "./connection-error.js";
import { checkDialect, DIALECTS, type Dialect, type RawClient } from "./dialect.js";
import type { FileRequest } from "./file-request.js";
import { ObservedCall } from "./observed-call.js";
import type { CallOptions, RepeatableOptions, Settings } from "./options.js";
import { Patience } from "./patience.js";
import type { HttpConnections, HttpRequest, HttpResponse, Platform } from "./platform.js";
import { PreparedRequest } from "./prepared-request.js";
import { randomText } from "./random-text.js";
import { errorFrom, readResponse, requestIdOf } from "./response.js";
import { withRetries } from "./retry.js";
import type { ValueForms } from "./value-forms.js";

/** The dialect of the resources, requested by name so that the server's default doesn't matter. */
export const MEDIA_TYPE = DIALECTS.lite;

/** A resource's settings for one call, in addition to its parameters. */
export interface CallPolicy {
  /** Doing it twice is the same as doing it once, so it may be repeated if there was no response. */
  readonly idempotent: boolean;
  /** It is never sent again unless the server refused it before it began, and carries no key. */
  readonly once?: boolean;
  /** The server's own limit for this call: the client must wait at least that long. */
  readonly serverTimeoutMs?: number;
}

/** Sends typed calls to one server over its own connections. */
export class Transport {
  readonly api: RawClient<"lite">;
  /** What the values of rows are. */
  readonly forms: ValueForms;
  readonly platform: Platform;
  readonly #connections: HttpConnections;
  readonly #settings: Settings;
  readonly #token: AccessToken;
  #closed = false;

  constructor(settings: Settings, platform: Platform) {
    this.#settings = settings;
    this.platform = platform;
    this.forms = settings.forms;
    this.#token = new AccessToken(settings.token);
    this.#connections = platform.connect(settings);
    this.api = this.#api("lite");
  }

  #api<D extends Dialect>(dialect: D, send?: Fetch): RawClient<D> {
    return apiClient(this.#settings, dialect, send);
  }

  #observe(request: { readonly method: string; readonly route: string; readonly branch?: string }): ObservedCall {
    const { method, route, branch } = request;
    const server = new URL(this.#settings.baseUrl).origin;
    return new ObservedCall(this.#settings.hooks, { method, route, branch, server });
  }

  /** Calls by path, whose responses are left unchanged. */
  raw<D extends Dialect>(dialect: D): RawClient<D> {
    return this.#api(dialect, (given) => {
      const { method, headers, signal } = given as unknown as PreparedRequest;
      const idempotent = method === "GET" || headers["idempotency-key"] !== undefined;
      return this.call({ idempotent }, signal ? { signal } : {})(given);
    });
  }

  /** The `fetch` of one call: `api.GET(path, { …, fetch: transport.call(policy, options) })`. */
  call(policy: CallPolicy, options: RepeatableOptions = {}): Fetch {
    return async (given) => {
      const request = given as unknown as PreparedRequest;
      if (options.queryId !== undefined) request.headers["x-request-id"] = options.queryId;
      const idempotencyKey = options.idempotencyKey ?? this.#ownKey(request, policy);
      if (idempotencyKey !== undefined) request.headers["idempotency-key"] = idempotencyKey;
      if (options.idempotencyAfter !== undefined) request.headers["idempotency-after"] = options.idempotencyAfter;
      const observed = this.#observe(request);
      const response = await withRetries(
        () =>
          this.#token.with(
            (authorization) => this.#attempt(request, authorization, policy, options, observed),
            (error) => observed.willRetry(error, 0),
          ),
        policy.idempotent || idempotencyKey !== undefined,
        this.#settings.retry,
        options.signal,
        observed,
      );
      return response as unknown as globalThis.Response;
    };
  }

  /**
   * Sends or fetches a file, which may take any time as long as bytes flow; `use` reads the response. Only failures
   * before `use` begins are retried, and each attempt opens its body again.
   */
  async file<T>(
    request: FileRequest,
    options: CallOptions,
    use: (response: HttpResponse, patience: Patience) => Promise<T>,
  ): Promise<T> {
    const observed = this.#observe(request);
    const attempt = async (authorization: object) => {
      this.#checkOpen();
      const traced = observed.begin();
      options.signal?.throwIfAborted();
      const patience = new Patience(this.#limitMs(request, options), options.signal);
      const url = this.#settings.baseUrl + request.path;
      const file = request.file?.open(patience);
      try {
        const { queryId } = options;
        const own: Record<string, string> = queryId === undefined ? {} : { "x-request-id": queryId };
        const headers = { ...this.#settings.headers, ...authorization, ...request.headers, ...own, ...traced };
        const body = file ? file.content : request.text;
        const init = { method: request.method, headers, body, signal: patience.signal };
        const response = await this.#send(url, init);
        observed.responded(response.status, requestIdOf(response));
        return { response, patience };
      } catch (error) {
        patience.end();
        // A refusal may arrive before the whole file was sent; the rest is not read.
        file?.discard();
        options.signal?.throwIfAborted();
        throw connectionError(error, patience.ranOut, { method: request.method, url });
      }
    };
    const { response, patience } = await withRetries(
      () => this.#token.with(attempt, (error) => observed.willRetry(error, 0)),
      request.method !== "PUT",
      this.#settings.retry,
      options.signal,
      observed,
    );
    return use(response, patience);
  }

  async #attempt(
    request: PreparedRequest,
    authorization: object,
    policy: CallPolicy,
    options: CallOptions,
    observed: ObservedCall,
  ) {
    this.#checkOpen();
    const traced = observed.begin();
    options.signal?.throwIfAborted();
    const limit = AbortSignal.timeout(this.#limitMs(policy, options));
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    const { url, method, body } = request;
    const headers: Record<string, string> = { ...authorization, ...request.headers, ...traced };
    try {
      const response = await readResponse(await this.#send(url, { method, headers, body, signal }));
      checkDialect(headers.accept, response.json(), response);
      observed.responded(response.status, requestIdOf(response));
      return response;
    } catch (error) {
      options.signal?.throwIfAborted();
      throw connectionError(error, limit.aborted, request);
    }
  }

  /** Sends one request; throws for an unsuccessful response. */
  async #send(url: string, request: HttpRequest): Promise<HttpResponse> {
    const response = await this.#connections.fetch(url, request);
    if (!response.ok) throw await errorFrom(response);
    return response;
  }

  /** With a key, a POST that changes something can be sent again: it takes effect once. */
  #ownKey({ method, headers }: PreparedRequest, { idempotent, once }: CallPolicy): string | undefined {
    if (method !== "POST" || idempotent || once || this.#settings.retry.attempts === 1) return undefined;
    return headers["idempotency-key"] === undefined ? randomText() : undefined;
  }

  #limitMs(policy: Pick<CallPolicy, "serverTimeoutMs">, options: CallOptions): number {
    if (options.requestTimeoutMs !== undefined) return options.requestTimeoutMs;
    const { requestTimeoutMs } = this.#settings;
    // Five seconds for the round trip, so that the server's 408 arrives.
    return policy.serverTimeoutMs === undefined
      ? requestTimeoutMs
      : Math.max(requestTimeoutMs, policy.serverTimeoutMs + 5_000);
  }

  /** Waits for pending requests. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#connections.close();
  }

  /** No error of a call, so that it is not tried again. */
  #checkOpen(): void {
    if (this.#closed) throw new TypeError("The client is closed. Make another one.");
  }
}
