import createClient, { type Client } from "openapi-fetch";
import { Agent, fetch } from "undici";
import { ConnectionError, HeliosDBError } from "../errors.js";
import type { paths } from "../generated/schema.js";
import type { CallOptions, Settings } from "../options.js";
import { errorFrom, type ReadAnswer, readAnswer } from "./answer.js";
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
  call(policy: CallPolicy, options: CallOptions = {}): (request: globalThis.Request) => Promise<globalThis.Response> {
    return async (request) => {
      const answer = await withRetries(
        () => this.#attempt(request as unknown as PreparedRequest, policy, options),
        policy.idempotent,
        this.#settings.retry,
        options.signal,
      );
      return answer as unknown as globalThis.Response;
    };
  }

  async #attempt(request: PreparedRequest, policy: CallPolicy, options: CallOptions): Promise<ReadAnswer> {
    options.signal?.throwIfAborted();
    const limit = AbortSignal.timeout(this.#limitMs(policy, options));
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body,
        signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
        dispatcher: this.#agent,
        // Following one to another host would hand it the API key.
        redirect: "manual",
      });
      if (!response.ok) throw await errorFrom(response);
      return await readAnswer(response);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw connectionError(error, limit, request);
    }
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

function connectionError(error: unknown, limit: AbortSignal, request: PreparedRequest): HeliosDBError {
  if (error instanceof HeliosDBError) return error;
  const where = `${request.method} ${new URL(request.url).origin}`;
  if (limit.aborted) return new ConnectionError(`${where}: no answer in time`, "REQUEST_TIMEOUT", error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ConnectionError(`${where}: ${reason}`, "CONNECTION_FAILED", error);
}
