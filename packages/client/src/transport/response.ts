import { errorOf, type HeliosDBError } from "./errors.js";
import type { HttpResponse } from "./platform.js";
import { retryAfterSeconds, UnexpectedResponseError } from "./unexpected-response.js";

/** Fields of an error body that the error has as properties; the others are its machine-readable data. */
const OWN_FIELDS = new Set(["status", "error", "message", "code", "request_id"]);

/** Reads an error body in either dialect. */
interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly requestId?: unknown;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The parts of a Response that openapi-fetch uses, already read: a failure while reading belongs to the attempt. */
export interface ReadResponse {
  readonly ok: true;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): unknown;
}

/** Reads a successful response to its end. */
export async function readResponse(response: HttpResponse): Promise<ReadResponse> {
  const text = await response.text();
  const value = response.status === 204 ? undefined : parseBody(text, response);
  // With a length, openapi-fetch calls json() and does not parse the text again.
  const headers = { get: (name: string) => (name === "Content-Length" ? "1" : response.headers.get(name)) };
  return { ok: true, status: response.status, headers, json: () => value };
}

function parseBody(text: string, response: HttpResponse): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The response is not from the server, but from a captive portal or a proxy.
    const message = "Expected JSON, got something else. Check that baseUrl is the server's address.";
    throw new UnexpectedResponseError(message, response, text, error);
  }
}

/** Converts an unsuccessful response into an error; reads its body. */
export async function errorFrom(response: HttpResponse): Promise<HeliosDBError> {
  const text = await response.text().catch(() => "");
  return errorOfBody(parse(text), response, response.status, text);
}

/** The same for a body that has already been read: a whole one, or the last line of a streamed one. */
export function errorOfBody(
  value: Readonly<Record<string, unknown>>,
  response: HttpResponse,
  status: number,
  text?: string,
): HeliosDBError {
  const { code, message, details, ...body } = errorBody(value);
  if (typeof code !== "string" || typeof message !== "string") return foreignError(response, text);
  const requestId = body.requestId ?? requestIdOf(response);
  return errorOf(message, {
    code,
    status,
    details,
    requestId: typeof requestId === "string" ? requestId : undefined,
    retryAfter: retryAfterSeconds(response.headers),
  });
}

/** Every error of the server has a code and a message. */
function foreignError(response: HttpResponse, text: string | undefined): HeliosDBError {
  const location = response.headers.get("location");
  const got = location === null ? `status ${response.status}` : `a redirect to ${location}`;
  const message = `Expected a response of HeliosDB, got ${got} from something else. Check baseUrl, and proxies on the way.`;
  return new UnexpectedResponseError(message, response, text);
}

/** The id under which the server logged the request. */
export function requestIdOf(response: { readonly headers: { get(name: string): string | null } }): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}

/**
 * Calls ask for the first dialect by name. An error may still come in the other: if a request could not be parsed as
 * far as its Accept header, the server responds in its default.
 */
function errorBody(body: Readonly<Record<string, unknown>>): ErrorBody {
  const { error, meta } = body;
  if (isObject(error)) {
    const { code, message, details } = error;
    const requestId = isObject(meta) ? meta.request_id : undefined;
    return { code, message, requestId, details: isObject(details) ? details : {} };
  }
  const details = Object.fromEntries(Object.entries(body).filter(([name]) => !OWN_FIELDS.has(name)));
  return { code: body.code, message: body.message, requestId: body.request_id, details };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A proxy may respond with its own page, which has no fields. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
