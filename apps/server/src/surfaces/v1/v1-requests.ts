import type { Surface } from "../../http/surface/surface.js";
import type { Dialect } from "./dialect/dialects.js";
import { FormatNegotiator } from "./formats/format-negotiator.js";
import type { AnyOperation } from "./operation/operation.js";
import { readCredentials } from "./readers/credentials.js";
import { readJson } from "./readers/json-body.js";
import { readQueryString } from "./readers/query-string.js";
import { LONG_CONDITION } from "./schemas/long-condition.js";

const REQUEST_HEADERS = [
  "Authorization",
  "X-API-Key",
  "Content-Type",
  "Accept",
  "X-Request-Id",
  "Idempotency-Key",
  "Idempotency-After",
  "Last-Event-ID",
  "Traceparent",
  "Tracestate",
];
const RESPONSE_HEADERS = [
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "Retry-After",
  "X-Request-Id",
  "X-Helios-Scn",
  "Transaction-Expires-At",
  "Idempotency-Replayed",
  "Content-Disposition",
];

type Requests = Omit<Surface, "title" | "operations" | "pages" | "document" | "module">;

/**
 * How requests of `/v1` are read and answered, without its routes: for a process that has no controllers.
 * @param dialect what `application/json` means
 */
export function v1Requests(dialect: Dialect): Requests {
  const formats = new FormatNegotiator(dialect);
  return {
    name: "v1",
    headers: {},
    cors: { request: REQUEST_HEADERS, response: RESPONSE_HEADERS },
    advice: {
      longUrl: LONG_CONDITION,
      largeResponse: 'Try again shortly, ask for less, or stream the rows with "Accept: application/x-ndjson".',
    },
    owns: (path) => path === "/v1" || path.startsWith("/v1/"),
    credentials: readCredentials,
    chooseFormat: ({ headers }, operation: AnyOperation | undefined) =>
      formats.choose(headers.accept, operation?.streamsRows ?? false),
    readQuery: readQueryString,
    readBody: readJson,
  };
}
