import { call } from "./http.js";

export interface HeliumAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies field by field
  readonly body: any;
  /** The header as a number; null where there is none. */
  readonly expiration: number | null;
}

interface Server {
  readonly url: string;
}

/** Sends a request of Helium's API. A body that is a string goes as a form, any other as JSON. */
export async function send(
  { url }: Server,
  method: string,
  path: string,
  { key, body, headers }: { readonly key?: string; readonly body?: unknown; readonly headers?: object } = {},
): Promise<HeliumAnswer> {
  const isForm = typeof body === "string";
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(key !== undefined && { "x-api-key": key }),
      ...(body !== undefined && {
        "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
      }),
      ...headers,
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const end = response.headers.get("x-session-expiration");
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? "" : JSON.parse(text),
    expiration: end === null ? null : Number(end),
  };
}

/** A Helium client with a session. */
export class HeliumSession {
  private constructor(
    private readonly server: Server,
    readonly key: string,
    readonly expiration: number,
  ) {}

  static async open(server: Server, username: string, password: string): Promise<HeliumSession> {
    const { status, body, expiration } = await send(server, "POST", "/login", { body: { username, password } });
    if (status !== 200) throw new Error(`login: ${status} ${JSON.stringify(body)}`);
    return new HeliumSession(server, body.apiKey, expiration!);
  }

  /** `parts` of the path are encoded; `query` is added as it is. */
  get(parts: readonly string[], query: { readonly [name: string]: string } = {}): Promise<HeliumAnswer> {
    const text = new URLSearchParams(query).toString();
    const path = ["/schemas", ...parts.map(encodeURIComponent)].join("/");
    return send(this.server, "GET", text === "" ? path : `${path}?${text}`, { key: this.key });
  }

  insert(schema: string, body: unknown, headers: object = {}): Promise<HeliumAnswer> {
    return send(this.server, "POST", `/schemas/${encodeURIComponent(schema)}/data`, { key: this.key, body, headers });
  }

  ping(): Promise<HeliumAnswer> {
    return send(this.server, "GET", "/ping", { key: this.key });
  }
}

/** Makes an API key, and opens a session of it. */
export async function sessionOfNewKey(server: Server, key: object = {}) {
  const body = { name: "helium", scopes: ["write"], ...key };
  const { id, key: secret } = (await call(server, "POST", "/v1/auth/keys", body)).body;
  return { id: id as string, secret: secret as string, session: await HeliumSession.open(server, id, secret) };
}
