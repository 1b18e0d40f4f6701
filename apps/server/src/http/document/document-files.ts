import type { FastifyInstance } from "fastify";
import type { ApiDocument } from "../surface/api-document.js";

const TYPES = { json: "application/json; charset=utf-8", yaml: "application/yaml; charset=utf-8" } as const;

/** The paths that a document is served at; none where the surface has operations for that. */
export function documentPaths({ path }: ApiDocument): readonly string[] {
  return path === null ? [] : [`${path}.json`, `${path}.yaml`];
}

/** Serves a surface's OpenAPI document, to everybody. */
export function installDocument(fastify: FastifyInstance, document: ApiDocument): void {
  if (document.path === null) return;
  for (const form of ["json", "yaml"] as const) {
    fastify.get(`${document.path}.${form}`, async (_request, reply) =>
      reply.type(TYPES[form]).send(await document[form]()),
    );
  }
}
