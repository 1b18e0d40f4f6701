import { createHmac, randomUUID } from "node:crypto";
import { must } from "./http.js";

/** A key that signs: its id, which is sent, and its signing secret, which is not. */
export interface Signer {
  readonly id: string;
  readonly secret: string;
  /** The whole key, for requests that are not signed. */
  readonly key: string;
}

/** A new key of the catalog with a signing secret. */
export async function makeSigner(server: { url: string }, more: object = {}): Promise<Signer> {
  const made = await must(server, "POST", "/v1/auth/keys", { name: "signer", scopes: ["write"], ...more });
  const { signing_secret: secret } = await must(server, "POST", `/v1/auth/keys/${made.id}/signing-secret`);
  return { id: made.id, secret, key: made.key };
}

/** The parts of a signed request. Those left out are right. */
export interface SignedParts {
  readonly method?: string;
  readonly path?: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly body?: string | Uint8Array;
}

export function signature(secret: string, { method, path, timestamp, nonce, body }: Required<SignedParts>): string {
  const hmac = createHmac("sha256", secret).update(method + path + timestamp + nonce);
  return hmac.update(body).digest("hex");
}

export function parts(given: SignedParts = {}): Required<SignedParts> {
  return {
    method: "POST",
    path: "/api/v1/query",
    timestamp: now(),
    nonce: randomUUID(),
    body: JSON.stringify({ sql: "SELECT 1" }),
    ...given,
  };
}

export function now(offset = 0): string {
  return String(Math.floor(Date.now() / 1000) + offset);
}

export interface QueryAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies field by field
  readonly body: any;
}

/** Sends a request with a signature. `headers` replace the right ones; undefined leaves one out. */
export async function sendSigned(
  server: { url: string },
  signer: Pick<Signer, "id" | "secret">,
  given: SignedParts = {},
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<QueryAnswer> {
  const all = parts(given);
  return send(server, all, {
    "x-api-key": signer.id,
    "x-timestamp": all.timestamp,
    "x-nonce": all.nonce,
    "x-signature": signature(signer.secret, all),
    ...headers,
  });
}

export async function send(
  server: { url: string },
  { method, path, body }: Pick<Required<SignedParts>, "method" | "path" | "body">,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<QueryAnswer> {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await fetch(server.url + path, {
    method,
    ...(method !== "GET" && { body: body as NonNullable<RequestInit["body"]> }),
    headers: Object.fromEntries([["content-type", "application/json"], ...given]),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === "" ? undefined : JSON.parse(text) };
}

/** A query with a whole key. */
export function query(
  server: { url: string },
  key: string,
  sql: string,
  more: object = {},
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<QueryAnswer> {
  const body = JSON.stringify({ sql, ...more });
  return send(server, { method: "POST", path: "/api/v1/query", body }, { "x-api-key": key, ...headers });
}
