import createClient, { type Client } from "openapi-fetch";
import { Agent, fetch, type RequestInit, type Response } from "undici";
import { ConnectionError, HeliosDBError } from "../errors.js";
import type { paths } from "../generated/schema.js";
import type { CallOptions, RepeatableOptions, Settings } from "../options.js";
import { errorFrom, readAnswer } from "./answer.js";
import { type FileRequest, Patience } from "./file-request.js";
import { PreparedRequest } from "./prepared-request.js";
import { withRetries } from "./retry.js";

/** The tutorial's dialect, asked for by name so that the server's default does not matter. */
export const MEDIA_TYPE = "application/vnd.heliosdb.lite.v1+json";

/** What a resource knows of one call besides its parameters. */
export interface CallPolicy {
  /** Doing it twice is the same as doing it once, so it may be repeated when no answer came. */
  readonly idempotent: boolean;
  /** The server's own limit for this call: the client must not give up before it. */
  readonly serverTimeoutMs?: number;
}

/** Carries typed calls to one server over connections of its own. */
export class Transport {
  readonly api: Client<paths, typeof MEDIA_TYPE>;
  readonly #agent: Agent;
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
    // Time limits are set for each request below; the agent's own would cut long ones short.
    this.#agent = new Agent({ connections: settings.connections, headersTimeout: 0, bodyTimeout: 0 });
    this.api = createClient<paths, typeof MEDIA_TYPE>({
      baseUrl: settings.baseUrl,
      headers: { ...settings.headers, accept: MEDIA_TYPE },
      Request: PreparedRequest as unknown as typeof globalThis.Request,
    });
  }

  /** The `fetch` of one call: `api.GET(path, { …, fetch: transport.call(policy, options) })`. */
  call(
    policy: CallPolicy,
    options: RepeatableOptions = {},
  ): (request: globalThis.Request) => Promise<globalThis.Response> {
    const { idempotencyKey } = options;
    return async (given) => {
      const request = given as unknown as PreparedRequest;
      if (idempotencyKey !== undefined) request.headers["idempotency-key"] = idempotencyKey;
      const answer = await withRetries(
        () => this.#attempt(request, policy, options),
        policy.idempotent || idempotencyKey !== undefined,
        this.#settings.retry,
        options.signal,
      );
      return answer as unknown as globalThis.Response;
    };
  }

  /**
   * Sends or fetches a file, which may take any time as long as bytes flow; `use` reads the answer. Only what fails
   * before `use` begins is tried again, and each attempt opens its body anew.
   */
  async file<T>(
    request: FileRequest,
    options: CallOptions,
    use: (response: Response, patience: Patience) => Promise<T>,
  ): Promise<T> {
    const attempt = async () => {
      options.signal?.throwIfAborted();
      const patience = new Patience(options.requestTimeoutMs ?? this.#settings.requestTimeoutMs, options.signal);
      const url = this.#settings.baseUrl + request.path;
      const body = request.body?.(patience);
      try {
        const headers = { ...this.#settings.headers, ...request.headers };
        const init = { method: request.method, headers, body, signal: patience.signal, duplex: "half" } as const;
        return { response: await this.#send(url, init), patience };
      } catch (error) {
        patience.end();
        // A refusal may come before the file was sent whole: what is left of it stays closed.
        body?.destroy();
        options.signal?.throwIfAborted();
        throw connectionError(error, patience.ranOut, { method: request.method, url });
      }
    };
    const { response, patience } = await withRetries(
      attempt,
      request.method === "GET",
      this.#settings.retry,
      options.signal,
    );
    return use(response, patience);
  }

  async #attempt(request: PreparedRequest, policy: CallPolicy, options: CallOptions) {
    options.signal?.throwIfAborted();
    const limit = AbortSignal.timeout(this.#limitMs(policy, options));
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    const { url, method, headers, body } = request;
    try {
      return await readAnswer(await this.#send(url, { method, headers, body, signal }));
    } catch (error) {
      options.signal?.throwIfAborted();
      throw connectionError(error, limit.aborted, request);
    }
  }

  /** One request; throws for an answer that is no success. */
  async #send(url: string, init: RequestInit): Promise<Response> {
    // Following a redirect to another host would hand it the API key.
    const response = await fetch(url, { ...init, dispatcher: this.#agent, redirect: "manual" });
    if (!response.ok) throw await errorFrom(response);
    return response;
  }

  #limitMs(policy: CallPolicy, options: CallOptions): number {
    if (options.requestTimeoutMs !== undefined) return options.requestTimeoutMs;
    // Five seconds for the way there and back, so that the server's 408 arrives.
    return Math.max(this.#settings.requestTimeoutMs, (policy.serverTimeoutMs ?? 0) + 5_000);
  }

  async close(): Promise<void> {
    if (!this.#agent.closed) await this.#agent.close();
  }
}

/** What a failure without an answer means to the caller. */
export function connectionError(
  error: unknown,
  timedOut: boolean,
  request: { readonly method: string; readonly url: string },
): HeliosDBError {
  if (error instanceof HeliosDBError) return error;
  const where = `${request.method} ${new URL(request.url).origin}`;
  if (timedOut) return new ConnectionError(`${where}: no answer in time`, "REQUEST_TIMEOUT", error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ConnectionError(`${where}: ${reason}`, "CONNECTION_FAILED", error);
}
