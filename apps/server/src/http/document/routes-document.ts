import { type DynamicModule, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { type DocumentBuilder, type OpenAPIObject, SwaggerModule } from "@nestjs/swagger";
import { stringify } from "yaml";
import type { RenderedDocument } from "../surface/api-document.js";
import type { Operation } from "../surface/operation.js";
import { sorted } from "./sorted.js";

@Module({})
class RoutesOnly {}

type Part = { [name: string]: unknown };

/**
 * The OpenAPI document of some modules' routes, without their operations. Nothing is opened and no provider starts: the
 * routes come from a preview of the application.
 */
export async function routesDocument(imports: DynamicModule[], config: DocumentBuilder): Promise<OpenAPIObject> {
  const options = { preview: true, abortOnError: false, logger: false } as const;
  const app = await NestFactory.create({ module: RoutesOnly, imports }, new FastifyAdapter(), options);
  const document = SwaggerModule.createDocument(app, config.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  await app.close();
  return document;
}

/** The document's paths with each operation described. Throws where a route is not declared, or an operation has no route. */
export function describedPaths<O extends Operation>(
  { paths }: OpenAPIObject,
  operations: readonly O[],
  describe: (operation: O) => Part,
): { [path: string]: Part } {
  const left = new Map(operations.map((operation) => [operation.id, operation]));
  const described: { [path: string]: Part } = {};
  for (const [path, methods] of Object.entries(paths)) {
    described[path] = {};
    for (const [method, route] of Object.entries(methods as { [method: string]: { operationId?: string } })) {
      const operation = left.get(route.operationId ?? "");
      if (!operation || operation.path !== path) throw new Error(`${method} ${path} is no declared operation`);
      left.delete(operation.id);
      described[path][method] = describe(operation);
    }
  }
  if (left.size > 0) throw new Error(`no controller handles ${[...left.keys()].join(", ")}`);
  return described;
}

/** The text of a document, its names in order. */
export function renderedDocument(document: { readonly [name: string]: unknown }): RenderedDocument {
  const inOrder = sorted(document);
  return {
    json: `${JSON.stringify(inOrder, null, 2)}\n`,
    yaml: stringify(inOrder, { lineWidth: 0, aliasDuplicateObjects: false }),
  };
}
