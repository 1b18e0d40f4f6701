import type { DynamicModule } from "@nestjs/common";
import { ApiDocument } from "../../http/surface/api-document.js";
import type { Surface } from "../../http/surface/surface.js";
import type { Dialect } from "./dialect/dialects.js";
import { FormatNegotiator } from "./formats/format-negotiator.js";
import type { AnyOperation } from "./operation/operation.js";
import { REDOC } from "./pages/redoc.js";
import { swaggerUi } from "./pages/swagger-ui.js";
import { readCredentials } from "./readers/credentials.js";
import { readJson } from "./readers/json-body.js";
import { readQueryString } from "./readers/query-string.js";
import { OPERATIONS } from "./routes/index.js";
import { V1Module } from "./routes/v1.module.js";

const REQUEST_HEADERS = [
  "Authorization",
  "X-API-Key",
  "Content-Type",
  "Accept",
  "X-Request-Id",
  "Idempotency-Key",
  "Idempotency-After",
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

/**
 * `/v1`, with the pages and the health checks beside it.
 * @param dialect what `application/json` means
 * @param services what the controllers need, for a preview of the routes
 * @param others the surfaces whose documents Swagger UI offers beside this one's
 */
export function v1Surface(dialect: Dialect, services: () => DynamicModule, others: readonly Surface[]): Surface {
  const formats = new FormatNegotiator(dialect);
  const document = new ApiDocument(async () =>
    (await import("./openapi/render.js")).renderDocument(dialect, services()),
  );
  return {
    name: "v1",
    title: "HeliosDB",
    operations: OPERATIONS,
    pages: [swaggerUi(others), REDOC],
    document,
    module: V1Module.of(document),
    headers: {},
    cors: { request: REQUEST_HEADERS, response: RESPONSE_HEADERS },
    advice: {
      longUrl: "Send a long condition in a body instead: POST /v1/branches/{branch}/query takes SQL with parameters.",
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
