import { describedOperation } from "../../../../http/surface/described-operation.js";
import { textResponse } from "../../docs/responses.js";
import { placePath } from "../pipeline/pipeline.operations.js";

const common = { method: "GET", tag: "Server", access: "public", rate: null, params: placePath } as const;

function probe(version: "v2" | "v3") {
  return describedOperation({
    ...common,
    id: version === "v2" ? "libsqlVersion2" : "libsqlVersion3",
    path: `/hrana/{place}/${version}`,
    summary: `Whether Hrana ${version.slice(1)} is served`,
    responses: { "200": textResponse("It is", hello(version)) },
  });
}

export function hello(version: "v2" | "v3"): string {
  return `Hello, this is HTTP API ${version} (Hrana over HTTP)`;
}

export const libsqlVersion2 = probe("v2");
export const libsqlVersion3 = probe("v3");

export const libsqlHealth = describedOperation({
  ...common,
  id: "libsqlHealth",
  path: "/hrana/{place}/health",
  summary: "Health check",
  responses: { "200": { description: "The server responds; the body is empty" } },
});

export const libsqlServerVersion = describedOperation({
  ...common,
  id: "libsqlServerVersion",
  path: "/hrana/{place}/version",
  summary: "Version of the server",
  responses: { "200": textResponse("Name and version", "heliosdb 1.0.0") },
});
