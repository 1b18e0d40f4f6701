import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiServer,
  AuthMiddleware,
  type Config,
  EmbeddedDatabase,
  RateLimitConfig,
  RateLimitMiddleware,
  type RunningServer,
} from "./index.js";
import { stopSignal } from "./stop-signal.js";
import { isLoopback } from "./util/addresses.js";

/** Runs a server as the command does: from a configuration, until a signal, with a few lines for whoever started it. */
export async function startFromConfig(config: Config): Promise<void> {
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
    webhooks: {
      allow: config.webhookAllow,
      retryMs: config.webhookRetryMs,
      giveUpMs: config.webhookGiveUpSecs * 1000,
    },
    logLevel: config.logLevel,
    accessLog: config.accessLog === "on",
  }).withRateLimiting(rateLimits(config));
  if (config.auth === "on") server.withAuth(AuthMiddleware.fromConfig(config));

  const signal = stopSignal();
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

function greeting(config: Config, { url, adminKey }: RunningServer): string {
  // A browser or curl on this machine can't connect to "every address".
  const reachable = url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
  const lines = [`HeliosDB listens on ${url}`, `API documentation: ${reachable}/v1/docs`];
  // The line must work when pasted, and a key that was configured by somebody else must not be printed.
  let request = `${reachable}/v1/branches`;
  if (config.auth === "off") {
    lines.push("Authentication is off: every program on this machine can do everything");
  } else if (adminKey) {
    if (adminKey.made) lines.push(`Admin API key, shown only this once: ${adminKey.made}`);
    lines.push(`Admin API key is kept in: ${adminKey.file}`);
    request = `-H "X-API-Key: $(cat ${quoted(adminKey.file)})" ${request}`;
  } else {
    lines.push("Admin API key: the one in HELIOSDB_ADMIN_API_KEY or --admin-api-key");
    request = `${reachable}/version`;
  }
  return [...lines, `Try: curl ${request}`].join("\n");
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function address(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
