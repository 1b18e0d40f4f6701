import type { DynamicModule } from "@nestjs/common";
import { DocumentBuilder } from "@nestjs/swagger";
import { describedPaths, renderedDocument, routesDocument } from "../../../http/document/routes-document.js";
import { ApiDocument, type RenderedDocument } from "../../../http/surface/api-document.js";
import { API_VERSION, SERVER_VERSION } from "../../../util/server-version.js";
import type { Dialect } from "../dialect/dialects.js";
import { OPERATIONS } from "../routes/index.js";
import { V1Module } from "../routes/v1.module.js";
import { Components } from "./components.js";
import { describeOperation } from "./describe.js";
import { INTRODUCTION, TAGS } from "./introduction.js";

/**
 * Renders the document as text.
 * @param services dependencies of the controllers
 */
export async function renderDocument(dialect: Dialect, services: DynamicModule): Promise<RenderedDocument> {
  const unread = new ApiDocument(() => Promise.reject(new Error("a preview renders no document")));
  const config = new DocumentBuilder()
    .setOpenAPIVersion("3.0.3")
    .setTitle("HeliosDB")
    .setDescription(INTRODUCTION)
    .setVersion(SERVER_VERSION)
    .setLicense("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0.html")
    .addServer("/", `The server that serves this document (API ${API_VERSION})`)
    .addBearerAuth({ type: "http", scheme: "bearer", bearerFormat: "JWT" }, "bearer")
    .addApiKey({ type: "apiKey", in: "header", name: "X-API-Key" }, "apiKey");
  for (const [name, description] of TAGS) config.addTag(name, description);
  const routes = await routesDocument([services, V1Module.of(unread)], config);

  const components = new Components();
  const paths = describedPaths(routes, OPERATIONS, (operation) => describeOperation(operation, dialect, components));
  const { contact: _, ...info } = routes.info;
  return renderedDocument({
    ...routes,
    info,
    paths,
    components: {
      schemas: components.schemas,
      headers: components.headers,
      parameters: components.parameters,
      responses: components.responses,
      securitySchemes: routes.components?.securitySchemes,
    },
  });
}
