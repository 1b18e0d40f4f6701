import type { DynamicModule } from "@nestjs/common";
import { ApiDocument } from "../../http/surface/api-document.js";
import type { Surface } from "../../http/surface/surface.js";
import { formatOf } from "./presenters/format.js";
import { readCredentials } from "./readers/credentials.js";
import { OPERATIONS } from "./routes/index.js";
import { RqliteModule } from "./routes/rqlite.module.js";
import { RQLITE_VERSION } from "./routes/status/node-status.js";

const OWN = /^\/$|^\/{2,}|^\/(?:db|status|nodes|boot|snapshot|remove|debug)(?:\/|$)/;

const INTRODUCTION =
  "The data API of rqlite 8 over the branches of this server: existing clients of rqlite work with an API key as their " +
  "password. `branch` chooses the branch, `as_of` a point in time to read.";

const SECURITY = {
  basic: {
    type: "http",
    scheme: "basic",
    description: "Any of the key's id, its name or nothing as the user; the key as the password.",
  },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
  bearer: { type: "http", scheme: "bearer" },
};

/**
 * The HTTP API of rqlite 8.
 * @param services what the controllers need, for a preview of the routes
 */
export function rqliteSurface(services: () => DynamicModule): Surface {
  const module: DynamicModule = { module: RqliteModule };
  const facts = { title: "rqlite", introduction: INTRODUCTION, operations: OPERATIONS, module, security: SECURITY };
  const document = new ApiDocument(
    async () => (await import("../../http/document/render-surface.js")).renderSurface(facts, services()),
    "/v1/openapi.rqlite",
  );
  return {
    name: "rqlite",
    title: "rqlite",
    operations: OPERATIONS,
    pages: [],
    document,
    module,
    headers: {
      "x-rqlite-version": RQLITE_VERSION,
      "access-control-allow-methods": "OPTIONS, GET, POST",
      "access-control-allow-headers": "Content-Type, Authorization",
    },
    cors: { request: ["Content-Type", "Authorization", "X-API-Key"], response: ["X-Helios-Scn", "X-Rqlite-Version"] },
    advice: {
      longUrl: "Send the statement in a body: POST /db/query takes a JSON list of statements.",
      largeResponse: "Try again shortly, or ask for less with LIMIT.",
    },
    owns: (path) => OWN.test(path),
    credentials: readCredentials,
    chooseFormat: ({ url }) => formatOf(url),
    readQuery: (text) => text,
    readBody: (bytes) => (bytes.length === 0 ? undefined : bytes),
  };
}
