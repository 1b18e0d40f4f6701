import type { Client } from "openapi-fetch";
import type { paths } from "../generated/schema.js";
import { type ForeignResponse, UnexpectedResponseError } from "./unexpected-response.js";

/** The two dialects of the API's bodies, by the media type that selects each. */
export const DIALECTS = {
  /** The plain resource, with times in seconds and rows by column. */
  lite: "application/vnd.heliosdb.lite.v1+json",
  /** `{success, data, meta}`, with ISO 8601 times and rows as lists. */
  spec: "application/vnd.heliosdb.v1+json",
} as const;

export type Dialect = keyof typeof DIALECTS;

/** A method for each HTTP method, typed by path: `GET("/v1/branches", { params: { query: { page: 2 } } })`. */
export type RawClient<D extends Dialect> = Client<paths, (typeof DIALECTS)[D]>;

/**
 * A proxy that drops the Accept header causes a response in the server's default dialect, whose fields have other
 * names: better an error than a result without values.
 */
export function checkDialect(accept: string | undefined, body: unknown, response: ForeignResponse): void {
  if (accept !== DIALECTS.lite || !isEnvelope(body)) return;
  const message =
    "Expected a response in the dialect that was asked for, got the other one. Check that no proxy drops the Accept header.";
  throw new UnexpectedResponseError(message, response);
}

function isEnvelope(body: unknown): boolean {
  return typeof body === "object" && body !== null && "success" in body && "data" in body && "meta" in body;
}
