import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import type { FastifyReply, FastifyRequest } from "fastify";
import { MAX_HEADER_BYTES } from "../http/checks/url-limits.js";
import { requestId } from "../http/context/request-id.js";
import { installStaticPage } from "../http/pages/static-page.js";
import { answerUnrouted, type EdgeParts, installEdge } from "../http/pipeline/install.js";
import { answerClientError } from "../http/response/client-error.js";
import { ErrorFilter } from "../http/response/error-filter.js";
import { nestLogger } from "../logging/logger.js";
import { REDOC } from "../surfaces/v1/pages/redoc.js";
import { SWAGGER_UI } from "../surfaces/v1/pages/swagger-ui.js";
import { parseQueryString } from "../surfaces/v1/readers/query-string.js";
import { AppModule, type ServerParts } from "./app.module.js";

/** Names of branches are at most 100 characters, of tables whatever SQLite takes; each may be percent-encoded. */
const MAX_SEGMENT = 4096;

/** The Nest application on Fastify, ready to listen. */
export async function createApp(
  parts: ServerParts,
  edge: EdgeParts,
  trustedProxies: readonly string[],
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    genReqId: requestId,
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    // Node's own limit would be one for files and JSON alike; bodies are timed one by one.
    requestTimeout: 0,
    // Bodies are bounded by our own parser, which answers a large one only after it has been drained.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    // Our own hook answers the requests that arrive while the server is ending.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: MAX_SEGMENT, querystringParser: parseQueryString },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerUnrouted(error, request, reply, edge),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: import("node:net").Socket) =>
      answerClientError(error, socket, edge.negotiator),
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  installEdge(adapter.getInstance() as never, edge);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(() => parts),
    adapter,
    {
      bodyParser: false,
      abortOnError: false,
      logger: nestLogger(edge.log),
    },
  );
  app.useGlobalFilters(new ErrorFilter(edge.log));
  for (const page of [SWAGGER_UI, REDOC]) installStaticPage(adapter.getInstance() as never, page);
  await app.init();
  await adapter.getInstance().ready();
  return app;
}
