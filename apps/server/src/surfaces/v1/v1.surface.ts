import type { DynamicModule } from "@nestjs/common";
import { ApiDocument } from "../../http/surface/api-document.js";
import type { Surface } from "../../http/surface/surface.js";
import type { Dialect } from "./dialect/dialects.js";
import { REDOC } from "./pages/redoc.js";
import { swaggerUi } from "./pages/swagger-ui.js";
import { OPERATIONS } from "./routes/index.js";
import { V1Module } from "./routes/v1.module.js";
import { v1Requests } from "./v1-requests.js";

/**
 * `/v1`, with the pages and the health checks beside it.
 * @param dialect what `application/json` means
 * @param services what the controllers need, for a preview of the routes
 * @param others the surfaces whose documents Swagger UI offers beside this one's
 */
export function v1Surface(dialect: Dialect, services: () => DynamicModule, others: readonly Surface[]): Surface {
  const document = new ApiDocument(async () =>
    (await import("./openapi/render.js")).renderDocument(dialect, services()),
  );
  return {
    ...v1Requests(dialect),
    title: "HeliosDB",
    operations: OPERATIONS,
    pages: [swaggerUi(others), REDOC],
    document,
    module: V1Module.of(document),
  };
}
