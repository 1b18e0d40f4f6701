import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CellPart } from "./embedding/cell-part.js";
import { greeting } from "./greeting.js";
import {
  ApiServer,
  AuthMiddleware,
  type Config,
  EmbeddedDatabase,
  RateLimitConfig,
  RateLimitMiddleware,
} from "./index.js";
import { createLogger } from "./logging/logger.js";
import { stopSignal } from "./stop-signal.js";
import { isLoopback } from "./util/addresses.js";

/** Runs a server as the command does: from a configuration, until a signal, with a few lines for whoever started it. */
export async function startFromConfig(config: Config): Promise<void> {
  const signal = stopSignal();
  if (config.storeUrls.length > 0) {
    const { startInCell } = await import("./cell/start-in-cell.js");
    await startInCell(config, signal, (cell, ended) => serve(config, ended, cell));
    return;
  }
  // Only a node of a cell has left one.
  if (existsSync(join(config.dataDir, "cell.json"))) {
    const { leave } = await import("./cell/leave.js");
    await leave(config.dataDir, createLogger(config.logLevel));
  }
  await serve(config, signal);
}

/** Serves until the signal. */
async function serve(config: Config, signal: Promise<void>, cell?: CellPart): Promise<void> {
  const database = new EmbeddedDatabase(config.dataDir, {
    maxTimeoutMs: config.maxTimeoutMs,
    maxRows: config.maxRows,
    maxAnswerBytes: config.maxAnswerBytes,
    retention: config.retention,
  });
  const server = new ApiServer(address(config.apiHost, config.apiPort), database, {
    dialect: config.apiDialect,
    surfaces: config.surfaces,
    publicPrefix: config.publicPrefix,
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    sessionSecs: config.sessionSecs,
    tenants: config.tenants,
    maxBodyBytes: config.maxBodyBytes,
    maxFileBytes: config.maxFileBytes,
    audit: config.audit,
    auditDays: config.auditDays,
    backupDir: config.backupDir ?? undefined,
    tls: config.tlsCert !== null && config.tlsKey !== null ? { cert: config.tlsCert, key: config.tlsKey } : undefined,
    webhooks: {
      allow: config.webhookAllow,
      retryMs: config.webhookRetryMs,
      giveUpMs: config.webhookGiveUpSecs * 1000,
    },
    console: config.console === "on",
    logLevel: config.logLevel,
    accessLog: config.accessLog === "on",
    fronts: config.fronts,
    ...(cell && { cell }),
  }).withRateLimiting(rateLimits(config));
  if (config.auth === "on") server.withAuth(AuthMiddleware.fromConfig(config));

  const running = await server.listen();
  console.log(greeting(config, running));
  await signal;
  console.log("Shutting down gracefully...");
  running.drain();
  await sleep(config.drainSecs * 1000);
  await running.close();
}

function rateLimits(config: Config): RateLimitMiddleware {
  const usual = RateLimitConfig.authenticated();
  const max = config.rateLimitMaxRequests ?? usual.maxRequests;
  // A limit below the usual burst also lowers the burst, so that no more requests are allowed at once than in a whole
  // window.
  const limit = new RateLimitConfig(max, config.rateLimitWindowSecs ?? usual.windowSecs, Math.min(usual.burst, max));
  const enforced = config.rateLimit === "auto" ? !isLoopback(config.apiHost) : config.rateLimit === "on";
  return new RateLimitMiddleware(limit, { profile: config.rateLimitProfile, enforced });
}

function address(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
