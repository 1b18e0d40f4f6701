import { type DynamicModule, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { DocumentBuilder, SwaggerModule } from "@nestjs/swagger";
import { stringify } from "yaml";
import { ApiDocument, type RenderedDocument } from "../../../http/surface/api-document.js";
import { API_VERSION, SERVER_VERSION } from "../../../util/server-version.js";
import type { Dialect } from "../dialect/dialects.js";
import { OPERATIONS } from "../routes/index.js";
import { V1Module } from "../routes/v1.module.js";
import { Components } from "./components.js";
import { describeOperation } from "./describe.js";
import { INTRODUCTION, TAGS } from "./introduction.js";
import { sorted } from "./sorted.js";

@Module({})
class RoutesOnly {}

/**
 * Renders the document as text. Nothing is opened and no provider starts: the routes come from a preview of the
 * application.
 * @param services dependencies of the controllers
 */
export async function renderDocument(dialect: Dialect, services: DynamicModule): Promise<RenderedDocument> {
  const document = await buildDocument(dialect, services);
  return {
    json: `${JSON.stringify(document, null, 2)}\n`,
    yaml: stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }),
  };
}

async function buildDocument(dialect: Dialect, services: DynamicModule): Promise<object> {
  const unread = new ApiDocument(() => Promise.reject(new Error("a preview renders no document")));
  const routesOnly = { module: RoutesOnly, imports: [services, V1Module.of(unread)] };
  const options = { preview: true, abortOnError: false, logger: false } as const;
  const app = await NestFactory.create(routesOnly, new FastifyAdapter(), options);
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
  const skeleton = SwaggerModule.createDocument(app, config.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  await app.close();

  const components = new Components();
  const operations = new Map(OPERATIONS.map((operation) => [operation.id, operation]));
  const paths: { [path: string]: { [method: string]: unknown } } = {};
  for (const [path, methods] of Object.entries(skeleton.paths)) {
    paths[path] = {};
    for (const [method, route] of Object.entries(methods as { [method: string]: { operationId?: string } })) {
      const operation = operations.get(route.operationId ?? "");
      if (!operation || operation.path !== path) throw new Error(`${method} ${path} is no declared operation`);
      operations.delete(operation.id);
      paths[path][method] = describeOperation(operation, dialect, components);
    }
  }
  if (operations.size > 0) throw new Error(`no controller handles ${[...operations.keys()].join(", ")}`);

  const { contact: _, ...info } = skeleton.info;
  return sorted({
    ...skeleton,
    info,
    paths,
    components: {
      schemas: components.schemas,
      headers: components.headers,
      parameters: components.parameters,
      responses: components.responses,
      securitySchemes: skeleton.components?.securitySchemes,
    },
  });
}
