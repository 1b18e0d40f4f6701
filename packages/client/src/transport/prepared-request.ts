interface PreparedInit {
  readonly method?: string;
  readonly headers?: Iterable<[string, string]>;
  readonly body?: string | null;
  readonly signal?: AbortSignal | null;
}

/**
 * Replaces `Request` where openapi-fetch builds one. Node's global Request is not a Request for undici's own fetch, and
 * a real one can be sent only once; this only keeps the parts, so that each attempt can send them.
 */
export class PreparedRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly signal: AbortSignal | undefined;
  /** The path as in the API's document; set by the transport. */
  route = "";
  branch: string | undefined;

  constructor(url: string, init: PreparedInit = {}) {
    this.url = url;
    this.method = init.method ?? "GET";
    this.headers = Object.fromEntries(init.headers ?? []);
    this.body = init.body ?? null;
    this.signal = init.signal ?? undefined;
  }
}
