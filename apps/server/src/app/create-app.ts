import type { IncomingMessage, RequestListener } from "node:http";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import type { FastifyReply, FastifyRequest } from "fastify";

import { MAX_HEADER_BYTES } from "../http/checks/url-limits.js";
import type { PageFacts } from "../http/console/console-files.js";
import { installConsole } from "../http/console/install-console.js";
import { requestId } from "../http/context/request-id.js";
import { clientFacts } from "../http/front/front-header.js";
import { type HttpParts, installPages, installPipeline, sendUnrouted } from "../http/pipeline/install.js";
import { sendClientError } from "../http/response/client-error.js";
import { ErrorFilter } from "../http/response/error-filter.js";
import { nestLogger } from "../logging/logger.js";
import type { LiveCertificate } from "../tls/live-certificate.js";
import { AppModule } from "./app.module.js";
import type { ServerParts } from "./services.module.js";

/** Branch names have at most 100 characters, table names as many as SQLite accepts; each may be percent-encoded. */
const MAX_SEGMENT = 4096;
/** What a front adds to the headers of a request, beside a target, which has room in them already. */
const FRONT_HEADER_BYTES = 1024;

/** The Nest application on Fastify, ready to listen. */
export async function createApp(
  parts: ServerParts,
  http: HttpParts,
  trustedProxies: readonly string[],
  tls: LiveCertificate | null,
  console: PageFacts | null,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    genReqId: requestId,
    requestIdHeader: false,
    rewriteUrl: (raw: IncomingMessage) => http.surfaces.canonicalUrl(targetOf(raw, http.isBehindFronts)),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    http: { maxHeaderSize: http.isBehindFronts ? MAX_HEADER_BYTES + FRONT_HEADER_BYTES : MAX_HEADER_BYTES },
    ...(tls && { serverFactory: httpsServer(tls) }),
    // Node's own limit would be the same for files and JSON; here each body has its own time limit.
    requestTimeout: 0,
    // Bodies are limited by our own parser, which responds to a large one only after draining it.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    // Our own hook responds to requests that arrive while the server is shutting down.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    // Query strings are read by the surface of their path.
    routerOptions: { maxParamLength: MAX_SEGMENT, querystringParser: (text: string) => ({ text }) },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendUnrouted(error, request, reply, http),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: import("node:net").Socket) =>
      sendClientError(error, socket, http.surfaces.first),
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  installPipeline(adapter.getInstance() as never, http);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(parts, http.surfaces), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: nestLogger(http.log),
  });
  app.useGlobalFilters(new ErrorFilter(http.log, (error, request, reply) => sendUnrouted(error, request, reply, http)));
  installPages(adapter.getInstance() as never, http.surfaces);
  if (console) installConsole(adapter.getInstance() as never, console);
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

function targetOf(raw: IncomingMessage, isBehindFronts: boolean): string {
  return (isBehindFronts ? clientFacts(raw).target : null) ?? raw.url ?? "/";
}

/** Fastify sets these only for servers that it creates itself. */
function httpsServer(tls: LiveCertificate) {
  return (handler: RequestListener, settings: { keepAliveTimeout: number; requestTimeout: number }) => {
    const { keepAliveTimeout, requestTimeout } = settings;
    return tls.createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout, requestTimeout }, handler);
  };
}
