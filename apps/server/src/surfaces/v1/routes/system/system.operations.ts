import { READINESS_PARTS } from "../../../../system/readiness-parts.js";
import { operation } from "../../operation/operation.js";

const TAG = "Server";

export const getHealth = operation({
  id: "getHealth",
  method: "GET",
  path: "/health",
  tag: TAG,
  summary: "Health check",
  access: "public",
  rate: null,
  rawResponses: { "text/plain": { schema: { type: "string" }, example: "OK" } },
});

const PART = { type: "object", required: ["ok"], properties: { ok: { type: "boolean" }, problem: { type: "string" } } };

const READINESS = {
  type: "object",
  required: ["ready", "parts"],
  properties: {
    ready: { type: "boolean" },
    parts: { type: "object", additionalProperties: PART },
  },
};

function readiness(ready: boolean) {
  const lines = READINESS_PARTS.map((part) => `[+]${part} ok`);
  if (!ready) lines[lines.length - 1] = "[-]disk not ready: it can't be written to (ENOSPC)";
  const parts = Object.fromEntries(READINESS_PARTS.map((part) => [part, { ok: true }]));
  const problem = { ok: false, problem: "it can't be written to (ENOSPC)" };
  return {
    "text/plain": { schema: { type: "string" }, example: lines.join("\n") },
    "application/json": { schema: READINESS, example: { ready, parts: ready ? parts : { ...parts, disk: problem } } },
  };
}

export const getLivez = operation({
  id: "getLivez",
  method: "GET",
  path: "/livez",
  tag: TAG,
  summary: "Check that the process is alive",
  description: "For a supervisor that restarts a process that doesn't respond. Checks nothing else.",
  access: "public",
  rate: null,
  rawResponses: { "text/plain": { schema: { type: "string" }, example: "OK" } },
  whileEnding: true,
});

export const getReadyz = operation({
  id: "getReadyz",
  method: "GET",
  path: "/readyz",
  tag: TAG,
  summary: "Check that the server is ready for requests",
  description:
    "One line per part. 503 if a part is not ready, or once the server is shutting down. As JSON if `Accept` asks " +
    "for it.",
  access: "public",
  rate: null,
  rawResponses: readiness(true),
  otherResponses: {
    "503": { description: "A part is not ready, or the server is shutting down", content: readiness(false) },
  },
  whileEnding: true,
});

export const getMetrics = operation({
  id: "getMetrics",
  method: "GET",
  path: "/metrics",
  tag: TAG,
  summary: "Get metrics for Prometheus",
  description: "In the Prometheus text format. No metric contains the name of a tenant, a branch, a key or an address.",
  access: "public",
  rate: null,
  rawResponses: {
    "text/plain": { schema: { type: "string" }, example: "heliosdb_http_requests_in_flight 3" },
  },
  whileEnding: true,
});

export const getVersion = operation({
  id: "getVersion",
  method: "GET",
  path: "/version",
  tag: TAG,
  summary: "Get the server's name and version",
  access: "public",
  rate: null,
  view: "version",
});

export const getOpenapiJson = operation({
  id: "getOpenapiJson",
  method: "GET",
  path: "/v1/openapi.json",
  tag: TAG,
  summary: "Get this document as JSON",
  access: "public",
  rate: null,
  rawResponses: { "application/json": { schema: { type: "object", additionalProperties: true } } },
});

export const getOpenapiYaml = operation({
  id: "getOpenapiYaml",
  method: "GET",
  path: "/v1/openapi.yaml",
  tag: TAG,
  summary: "Get this document as YAML",
  access: "public",
  rate: null,
  rawResponses: { "application/yaml": { schema: { type: "string" } } },
});
