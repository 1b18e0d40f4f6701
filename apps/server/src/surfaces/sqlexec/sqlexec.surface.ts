import type { DynamicModule } from "@nestjs/common";
import { ERRORS } from "../../errors/error-table.js";
import { ApiDocument } from "../../http/surface/api-document.js";
import type { ResponseFormat } from "../../http/surface/response-format.js";
import type { Surface } from "../../http/surface/surface.js";
import { OPERATIONS } from "./routes/index.js";
import { SqlexecModule } from "./routes/sqlexec.module.js";

const FORMAT: ResponseFormat = {
  contentType: "application/json",
  rowForm: "arrays",
  rows: null,
  defaults: () => ({}),
  result: (_operation, result) => ({ body: result }),
  error: ({ code }) => {
    const { status } = ERRORS[code];
    return { status, headers: {}, body: { error: "not found", code: status } };
  },
};

/**
 * The HTTP API of SQLExec: `/api/v1/health` and `/api/v1/query`.
 * @param services what the controllers need, for a preview of the routes
 */
export function sqlexecSurface(services: () => DynamicModule): Surface {
  const module: DynamicModule = { module: SqlexecModule };
  const document = new ApiDocument(
    async () =>
      (await import("../../http/document/render-surface.js")).renderSurface(
        { title: "SQLExec", introduction: "", operations: OPERATIONS, module, security: {} },
        services(),
      ),
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
    cors: { request: [], response: [] },
    advice: { longUrl: "Send the SQL in the body.", largeResponse: "Try again shortly, or ask for less." },
    owns: (path) => path.startsWith("/api/v1/"),
    credentials: () => [],
    chooseFormat: () => FORMAT,
    readQuery: (text) => text,
    readBody: (bytes) => bytes,
  };
}
