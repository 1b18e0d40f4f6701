import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../errors/api-error.js";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HeliosDB API</title>
<link rel="stylesheet" href="/v1/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/v1/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/v1/docs/swagger-ui-bundle.js"></script>
<script src="/v1/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
});
`;

const TYPES: { readonly [file: string]: string } = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

/** Everything from this server; the UI writes style attributes and draws its icons from data: URLs. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** Serves Swagger UI at /v1/docs, with every file of it from the package on this machine. */
export function installSwaggerUi(fastify: FastifyInstance): void {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const files = new Map<string, Promise<Buffer>>();

  fastify.get("/v1/docs", (_request, reply) =>
    reply.header("content-security-policy", POLICY).type("text/html; charset=utf-8").send(PAGE),
  );
  fastify.get<{ Params: { file: string } }>("/v1/docs/:file", async (request, reply) => {
    const { file } = request.params;
    if (file === "start.js") return reply.type("text/javascript; charset=utf-8").send(START);
    const type = Object.hasOwn(TYPES, file) ? TYPES[file] : undefined;
    if (type === undefined) throw new ApiError("ROUTE_NOT_FOUND");
    let content = files.get(file);
    if (!content) {
      content = readFile(join(folder, file));
      files.set(file, content);
    }
    return reply
      .type(type)
      .header("cache-control", "public, max-age=3600")
      .send(await content);
  });
}
