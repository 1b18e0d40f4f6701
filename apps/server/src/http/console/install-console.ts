import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../../errors/api-error.js";
import { ConsoleFiles, type PageFacts } from "./console-files.js";

/** Everything comes from this server. Pictures in cells are shown from blobs that the page makes itself. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const A_YEAR = "public, max-age=31536000, immutable";

/** Serves the console at `/console`. */
export function installConsole(fastify: FastifyInstance, facts: PageFacts): void {
  const files = new ConsoleFiles(facts);

  for (const path of ["/console", "/console/"]) fastify.get(path, (_request, reply) => sendPage(reply, files));
  fastify.get<{ Params: { "*": string } }>("/console/*", async (request, reply) => {
    const name = request.params["*"];
    const file = await files.find(name, String(request.headers["accept-encoding"] ?? ""));
    if (!file) {
      // A missing file must not be answered with the page: an old page would take it for its script.
      if (name.startsWith("assets/")) throw new ApiError("ROUTE_NOT_FOUND");
      return sendPage(reply, files);
    }
    reply.header("vary", [reply.getHeader("vary"), "Accept-Encoding"].filter(Boolean).join(", "));
    if (file.encoding) reply.header("content-encoding", file.encoding);
    return reply
      .type(file.type)
      .header("cache-control", file.isImmutable ? A_YEAR : "public, max-age=3600")
      .send(file.content);
  });
}

/** Every view has a URL of its own, and the page finds out which one it is. */
function sendPage(reply: FastifyReply, files: ConsoleFiles): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", POLICY)
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-cache")
    .send(files.page);
}

/** Whether a request is a browser's for `/`, which leads to the console; a surface may serve other clients there. */
export function leadsToConsole({ method, url, headers }: FastifyRequest): boolean {
  return method === "GET" && (url === "/" || url.startsWith("/?")) && (headers.accept?.includes("text/html") ?? false);
}
