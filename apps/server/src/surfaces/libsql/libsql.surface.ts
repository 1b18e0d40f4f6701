import type { DynamicModule } from "@nestjs/common";
import { ApiDocument } from "../../http/surface/api-document.js";
import type { Surface } from "../../http/surface/surface.js";
import { INTRODUCTION, SECURITY } from "./docs/introduction.js";
import { FORMAT } from "./presenters/format.js";
import { readCredentials } from "./readers/credentials.js";
import { readJsonBody } from "./readers/json-body.js";
import { OPERATIONS } from "./routes/index.js";
import { LibsqlModule } from "./routes/libsql.module.js";

const REQUEST_HEADERS = ["Authorization", "Content-Type", "X-API-Key", "X-Libsql-Client-Version", "X-Request-Id"];
const RESPONSE_HEADERS = [
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "Retry-After",
  "X-Request-Id",
];

/**
 * The protocol of libSQL, below `/hrana/<branch>/`.
 * @param services what the controllers need, for a preview of the routes
 */
export function libsqlSurface(services: () => DynamicModule): Surface {
  const module: DynamicModule = { module: LibsqlModule };
  const facts = { title: "libSQL", introduction: INTRODUCTION, operations: OPERATIONS, module, security: SECURITY };
  const document = new ApiDocument(
    async () => (await import("../../http/document/render-surface.js")).renderSurface(facts, services()),
    "/v1/openapi.libsql",
  );
  return {
    name: "libsql",
    title: "libSQL",
    operations: OPERATIONS,
    pages: [],
    document,
    module,
    headers: {},
    cors: { request: REQUEST_HEADERS, response: RESPONSE_HEADERS },
    advice: { longUrl: "Send the SQL in the body.", largeResponse: "Try again shortly, or ask for less." },
    ignoresMediaType: true,
    owns: (path) => path === "/hrana" || path.startsWith("/hrana/"),
    credentials: readCredentials,
    chooseFormat: () => FORMAT,
    // Clients keep what stands behind a question mark in an address, or don't: nothing there may mean anything.
    readQuery: () => ({}),
    readBody: readJsonBody,
  };
}
