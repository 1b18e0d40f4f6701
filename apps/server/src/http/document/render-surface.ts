import type { DynamicModule } from "@nestjs/common";
import { DocumentBuilder } from "@nestjs/swagger";
import { isOptional, type Schema } from "../../schema/schema.js";
import { SERVER_VERSION } from "../../util/server-version.js";
import type { RenderedDocument } from "../surface/api-document.js";
import type { DescribedOperation } from "../surface/described-operation.js";
import { describedPaths, renderedDocument, routesDocument } from "./routes-document.js";

type Part = { [name: string]: unknown };

export interface SurfaceFacts {
  readonly title: string;
  /** Markdown. */
  readonly introduction: string;
  readonly operations: readonly DescribedOperation[];
  /** The surface's controllers. */
  readonly module: DynamicModule;
  /** Ways to authenticate: OpenAPI security schemes by name. Each alone is enough. */
  readonly security: { readonly [name: string]: { readonly [keyword: string]: unknown } };
}

/**
 * The OpenAPI document of a surface with one form of responses.
 * @param services what the controllers need
 */
export async function renderSurface(facts: SurfaceFacts, services: DynamicModule): Promise<RenderedDocument> {
  const config = new DocumentBuilder()
    .setOpenAPIVersion("3.0.3")
    .setTitle(facts.title)
    .setDescription(facts.introduction)
    .setVersion(SERVER_VERSION)
    .setLicense("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0.html")
    .addServer("/", "The server that serves this document");
  const routes = await routesDocument([services, facts.module], config);
  const schemas: Part = {};
  const paths = describedPaths(routes, facts.operations, (operation) => describe(operation, facts, schemas));
  const { contact: _, ...info } = routes.info;
  return renderedDocument({ ...routes, info, paths, components: { schemas, securitySchemes: facts.security } });
}

function describe(operation: DescribedOperation, { security }: SurfaceFacts, schemas: Part): Part {
  const parameters = [
    ...parametersOf(operation.params.fields, "path", schemas),
    ...parametersOf(operation.parameters, "query", schemas),
  ];
  const isScope = operation.access !== "public" && operation.access !== "authenticated";
  const scope = isScope ? `Needs the scope \`${operation.access}\`.` : "";
  const description = [operation.description ?? "", scope].filter((text) => text !== "").join(" ");
  const content =
    operation.bodyContent ?? (operation.body && { "application/json": { schema: used(operation.body, schemas) } });
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(description !== "" && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: !operation.bodyOptional, content } }),
    responses: operation.responses,
    security: operation.access === "public" ? [] : Object.keys(security).map((name) => ({ [name]: [] })),
    ...(isScope && { "x-scope": operation.access }),
  };
}

function parametersOf(
  fields: { readonly [name: string]: Schema<unknown> },
  place: "path" | "query",
  schemas: Part,
): Part[] {
  return Object.entries(fields).map(([name, field]) => {
    const { description, example, ...schema } = used(field, schemas);
    return {
      name,
      in: place,
      required: place === "path" || !isOptional(field),
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
      schema,
    };
  });
}

/** The JSON schema of a schema, with every named schema below it among `schemas`. */
function used(schema: Schema<unknown>, schemas: Part): Part {
  const { component, parts, json } = schema;
  if (component) schemas[component.name] = component.schema;
  for (const part of parts) used(part, schemas);
  return json;
}
