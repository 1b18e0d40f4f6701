import type { DynamicModule } from "@nestjs/common";
import { ApiError } from "../../errors/api-error.js";
import { ApiDocument } from "../../http/surface/api-document.js";
import type { Surface } from "../../http/surface/surface.js";
import { INTRODUCTION, SECURITY } from "./docs/introduction.js";
import { FORMAT } from "./presenters/format.js";
import { readCredentials } from "./readers/credentials.js";
import { readJsonBody } from "./readers/json-body.js";
import { readSignature } from "./readers/signature.js";
import { TRACE_IDS } from "./readers/trace-id.js";
import { OPERATIONS } from "./routes/index.js";
import { SqlexecModule } from "./routes/sqlexec.module.js";

const PREFIX = "/api/v1";
const REQUEST_HEADERS = [
  ...["Authorization", "X-API-Key", "X-Timestamp", "X-Nonce", "X-Signature"],
  ...["Content-Type", "X-Trace-ID", "X-Request-Id", "Idempotency-Key", "Traceparent", "Tracestate"],
];
const RESPONSE_HEADERS = [
  ...["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"],
  ...["X-Trace-ID", "X-Request-Id", "Idempotency-Replayed"],
];

/**
 * The HTTP API of SQLExec: `/api/v1/health` and `/api/v1/query`.
 * @param services what the controllers need, for a preview of the routes
 * @param publicPrefix what clients see before the paths, and a proxy takes away
 */
export function sqlexecSurface(services: () => DynamicModule, publicPrefix: string): Surface {
  const module: DynamicModule = { module: SqlexecModule };
  const facts = { title: "SQLExec", introduction: INTRODUCTION, operations: OPERATIONS, module, security: SECURITY };
  const document = new ApiDocument(
    async () => (await import("../../http/document/render-surface.js")).renderSurface(facts, services()),
    "/v1/openapi.sqlexec",
  );
  return {
    name: "sqlexec",
    title: "SQLExec",
    operations: OPERATIONS,
    pages: [],
    document,
    module,
    headers: {},
    cors: { request: REQUEST_HEADERS, response: RESPONSE_HEADERS },
    advice: { longUrl: "Send the SQL in the body.", largeResponse: "Try again shortly, or ask for less." },
    traceIds: TRACE_IDS,
    ignoresMediaType: true,
    owns: (path) => path === PREFIX || path.startsWith(`${PREFIX}/`),
    credentials: readCredentials,
    signature: (head) => readSignature(publicPrefix, head),
    chooseFormat: () => FORMAT,
    readQuery: refuseQuery,
    readBody: readJsonBody,
  };
}

/** It would be outside the signature. */
function refuseQuery(text: string): object {
  if (text === "") return {};
  throw new ApiError("BAD_REQUEST", "The URL has a query string.", { response_text: "query string not allowed" });
}
