import { operation } from "../operations/operation.js";

const TAG = "Server";

export const getHealth = operation({
  id: "getHealth",
  method: "GET",
  path: "/health",
  tag: TAG,
  summary: "Health check",
  access: "public",
  rate: null,
  rawAnswers: { "text/plain": { schema: { type: "string" }, example: "OK" } },
});

export const getVersion = operation({
  id: "getVersion",
  method: "GET",
  path: "/version",
  tag: TAG,
  summary: "Name and version of the server",
  access: "public",
  rate: null,
  view: "version",
});

export const getOpenapiJson = operation({
  id: "getOpenapiJson",
  method: "GET",
  path: "/v1/openapi.json",
  tag: TAG,
  summary: "This document as JSON",
  access: "public",
  rate: null,
  rawAnswers: { "application/json": { schema: { type: "object", additionalProperties: true } } },
});

export const getOpenapiYaml = operation({
  id: "getOpenapiYaml",
  method: "GET",
  path: "/v1/openapi.yaml",
  tag: TAG,
  summary: "This document as YAML",
  access: "public",
  rate: null,
  rawAnswers: { "application/yaml": { schema: { type: "string" } } },
});
