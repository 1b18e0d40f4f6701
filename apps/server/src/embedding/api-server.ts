import type { X509Certificate } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import type { NestFastifyApplication } from "@nestjs/platform-fastify";
import type { Logger } from "pino";
import { SURFACE_NAMES, type SurfaceName } from "../app/surfaces.js";
import { AuditLog } from "../audit/audit-log.js";
import { ApiKeys } from "../auth/api-keys.js";
import { AuthRuntime } from "../auth/auth-runtime.js";
import { OpenAuthenticator } from "../auth/authenticator.js";
import { DEFAULT_SESSION_SECONDS } from "../auth/session.js";
import { Sessions } from "../auth/sessions.js";
import { Users } from "../auth/users.js";
import type { Catalog } from "../catalog/catalog.js";
import { catalogBytes, openCatalog } from "../catalog/open-catalog.js";
import { TenantDirectory } from "../catalog/tenant-directory.js";
import { MOST_FRONTS, OPTIONS } from "../config/options.js";
import type { DatabaseHostFactory } from "../database-host/database-host-factory.js";
import { EventStreams } from "../events/event-streams.js";
import type { Entrance } from "../fronts/entrance.js";
import { Auditor, type Audits } from "../http/audit/auditor.js";
import { BodyBudget } from "../http/body/body-budget.js";
import { Authentication } from "../http/checks/authentication.js";
import { BACKLOG } from "../http/checks/backlog.js";
import { Validation } from "../http/checks/validation.js";
import { IdempotencyKeys } from "../http/idempotency/idempotency-keys.js";
import { AccessLog } from "../http/logging/access-log.js";
import { Turns } from "../http/pipeline/turns.js";
import { ResponseBacklog } from "../http/response/response-backlog.js";
import { createLogger, type LogLevel } from "../logging/logger.js";
import { MetricsService } from "../metrics/metrics.service.js";
import { RequestCounter } from "../metrics/request-counter.js";
import { RunningQueries } from "../queries/running-queries.js";
import { RateLimitMiddleware } from "../rate-limit/rate-limit-middleware.js";
import { UnverifiedBodies } from "../signatures/unverified-bodies.js";
import { UsedNonces } from "../signatures/used-nonces.js";
import { SqlLimits } from "../sql/sql-limits.js";
import type { Dialect } from "../surfaces/v1/dialect/dialects.js";
import { Readiness } from "../system/readiness.js";
import type { TlsFiles } from "../tls/certificate.js";
import { LiveCertificate } from "../tls/live-certificate.js";
import { isLoopback } from "../util/addresses.js";
import { WebhookRuntime, type WebhookSettings } from "../webhooks/webhook-runtime.js";
import type { AdminKeyNotice, AuthMiddleware, PreparedAuth } from "./auth-middleware.js";
import type { CellPart } from "./cell-part.js";
import type { EmbeddedDatabase } from "./embedded-database.js";
import { EMBEDDED_HOSTS } from "./embedded-hosts.js";
import { loadFramework } from "./framework.js";

const SWEEP_MS = 50;

export interface ApiServerOptions {
  /** The dialect of `application/json`. Default `lite`. */
  readonly dialect?: Dialect;
  /** The APIs served beside `/v1`. Default: all. */
  readonly surfaces?: readonly SurfaceName[];
  /** Path that clients see before the server's own and a proxy removes, such as `/db`. Default none. */
  readonly publicPrefix?: string;
  /** Origins whose pages may call the API. */
  readonly corsOrigins?: readonly string[];
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  /** `auto` makes a tenant at the first write of a token that names it. Default `listed`. */
  readonly tenants?: "listed" | "auto";
  /** Largest request body. Default 10 MiB. */
  readonly maxBodyBytes?: number;
  /** Largest SQLite file that can be imported. Default 10 GiB. */
  readonly maxFileBytes?: number;
  /** Seconds without use after which a session ends. Default 1800. */
  readonly sessionSecs?: number;
  /** Operations that the audit log records. Default `all`. */
  readonly audit?: Audits;
  /** Days after which entries of the audit log are removed. Default null: kept for good. */
  readonly auditDays?: number | null;
  /** The factory of database hosts. Default: SQLite in child processes of this program. */
  readonly databaseHosts?: DatabaseHostFactory;
  /** Where backups are kept; a folder for this server alone. Default: `backups` in the data folder. */
  readonly backupDir?: string;
  /** Where webhooks may go beside public addresses, and how long they are tried. */
  readonly webhooks?: Partial<WebhookSettings>;
  /** Files of a certificate and its key, for HTTPS only; they are read again when they change. Default: plain HTTP. */
  readonly tls?: TlsFiles;
  /** Processes that accept connections for this one: 0, or 2 to 8. Default 0: this one accepts them itself. */
  readonly fronts?: number;
  /** Default `info`. */
  readonly logLevel?: LogLevel;
  /** Serve the web console at `/console`. Default true. */
  readonly console?: boolean;
  /** The cell that this server serves as its active node. Default: it is a server of its own. */
  readonly cell?: CellPart;
  /** Log a line for each request, at any log level but `silent`. Default false. */
  readonly accessLog?: boolean;
}

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:8080` or `https://…`, with the port it really has. */
  readonly url: string;
  /** The certificate in use now; null for plain HTTP. */
  readonly certificate: X509Certificate | null;
  readonly adminKey: AdminKeyNotice | null;
  /** Tells load balancers to look elsewhere: `/readyz` answers 503 from now on, and everything else as before. */
  drain(): void;
  /** Takes no more requests, finishes those in hand, and closes the databases. */
  close(): Promise<void>;
}

/**
 * The HTTP API over a database.
 *
 * Without `withAuth` there is no authentication, which is allowed on a loopback address only.
 */
export class ApiServer {
  private readonly host: string;
  private readonly port: number;
  private auth: AuthMiddleware | null = null;
  private rateLimits: RateLimitMiddleware | null = null;

  /** @param address `127.0.0.1:8080`, `[::1]:8080` or `localhost:0`; port 0 takes a free one */
  constructor(
    address: string,
    private readonly database: EmbeddedDatabase,
    private readonly options: ApiServerOptions = {},
  ) {
    const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address);
    if (!match || Number(match[3]) > 65_535)
      throw new RangeError(`Invalid address "${address}". Expected HOST:PORT, such as 127.0.0.1:8080.`);
    this.host = (match[1] ?? match[2])!;
    this.port = Number(match[3]);
  }

  withAuth(auth: AuthMiddleware): this {
    this.auth = auth;
    return this;
  }

  /** Without it, requests are counted by the default limits, which are enforced only beyond loopback. */
  withRateLimiting(limits: RateLimitMiddleware): this {
    this.rateLimits = limits;
    return this;
  }

  /** Serves until the process ends. */
  async serve(): Promise<void> {
    await this.serveWithShutdown(new Promise(() => {}));
  }

  /** Serves until `shutdown` settles, then finishes the requests in hand. */
  async serveWithShutdown(shutdown: Promise<unknown>): Promise<void> {
    const running = await this.listen();
    await shutdown.catch(() => {});
    await running.close();
  }

  /** Starts to listen, and returns once requests are answered. */
  async listen(): Promise<RunningServer> {
    if (!this.auth && !isLoopback(this.host)) {
      throw new Error(
        `A server without authentication must listen on a loopback address, got "${this.host}". Add withAuth(), or listen on 127.0.0.1.`,
      );
    }
    const { fronts = 0, databaseHosts = EMBEDDED_HOSTS } = this.options;
    if (fronts !== 0 && !(Number.isInteger(fronts) && fronts >= 2 && fronts <= MOST_FRONTS)) {
      throw new RangeError(`fronts must be 0, or an integer from 2 to ${MOST_FRONTS}, got ${fronts}.`);
    }
    if (fronts > 0 && databaseHosts !== EMBEDDED_HOSTS) {
      throw new Error("Fronts run the databases of this package only. Leave out either `fronts` or `databaseHosts`.");
    }
    const log = createLogger(this.options.logLevel ?? OPTIONS.logLevel.fallback);
    const undo = new UndoStack();
    try {
      const tls = this.options.tls ? await LiveCertificate.open(this.options.tls, log) : null;
      undo.push(async () => tls?.close());
      const entrance = await this.openEntrance(undo);
      const { app, adminKey, ending, startFronts } = await this.start(log, undo, tls, entrance);
      if (!entrance) this.options.cell?.freeAddress();
      if (entrance) await app.listen({ path: entrance.pathIn(this.database.dataDir), backlog: BACKLOG });
      else await app.listen({ port: this.port, host: this.host, backlog: BACKLOG });
      await startFronts();
      const url = urlOf(this.host, entrance?.port ?? portOf(app), tls ? "https" : "http");
      log.info({ url }, "listening");
      let ended: Promise<void> | null = null;
      const close = async () => {
        ending.draining = true;
        ending.closing = true;
        // Fronts have requests in hand that this process serves.
        await entrance?.end();
        // A connection whose request was in hand when closing began is idle afterwards, and would be waited for.
        const server = app.getHttpServer() as Server;
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
        tls?.endHandshakes();
        await undo.run().finally(() => clearInterval(sweep));
        log.info("ended");
      };
      return {
        url,
        get certificate() {
          return tls?.current.x509 ?? null;
        },
        adminKey,
        drain: () => {
          ending.draining = true;
        },
        close: () => {
          ended ??= close();
          return ended;
        },
      };
    } catch (error) {
      await undo.run();
      throw error;
    }
  }

  /** Binds the address for fronts, where there are to be any. */
  private async openEntrance(undo: UndoStack): Promise<Entrance | null> {
    if (!this.options.fronts) return null;
    const { Entrance } = await import("../fronts/entrance.js");
    this.options.cell?.freeAddress();
    const entrance = await Entrance.open(this.host, this.port, this.options.fronts);
    undo.push(async () => entrance.close());
    return entrance;
  }

  /** Opens everything and puts it together; what is to be closed again goes onto `undo`. */
  private async start(log: Logger, undo: UndoStack, tls: LiveCertificate | null, entrance: Entrance | null) {
    const { backupDir, cell } = this.options;
    const { databaseHosts = EMBEDDED_HOSTS } = this.options;
    undo.push(() => this.database.close());
    // Its processes start while the rest is loaded and put together.
    const { host, ready } = await this.database.open(databaseHosts, {
      onEvent: (event) => log.warn(event, "engine"),
      ...(backupDir !== undefined && { backupDir: resolve(backupDir) }),
      ...(cell && { cell: { store: cell.store, lock: cell.lock } }),
    });
    const { dialect = "lite", surfaces: names = SURFACE_NAMES, publicPrefix = "" } = this.options;
    const { createApp, surfaces } = await loadFramework(names, { dialect, publicPrefix });
    const catalog = await openCatalog(this.database.dataDir, cell?.catalogLog);
    undo.push(() => catalog.destroy());
    const { sessionSecs = DEFAULT_SESSION_SECONDS } = this.options;
    const sessions = new Sessions(catalog, sessionSecs * 1000, (err) =>
      log.error({ err }, "a session was not written"),
    );
    undo.push(() => sessions.flush());
    const auth =
      this.auth?.prepare(this.database.dataDir, catalog, sessions, cell?.registry) ?? withoutAuth(catalog, sessions);
    await cell?.addSecrets();
    const tenants = await TenantDirectory.open(catalog, host, this.options.tenants === "auto", cell?.registry);
    for (const tenant of auth.tenants) await tenants.ensure(tenant);
    for (const database of await tenants.unowned(this.database.dataDir)) {
      log.warn({ database }, "this database belongs to no tenant and was left unchanged");
    }

    const auditLog = new AuditLog(catalog, log, this.options.auditDays ?? null);
    undo.push(() => auditLog.flush());
    const webhooks = new WebhookRuntime(catalog, host, webhookSettings(this.options.webhooks), log);
    undo.push(() => webhooks.dispatcher.close());
    const queries = new RunningQueries();
    const isBehindFronts = entrance !== null;
    const { keys, fingerprint } = auth;
    const { authenticator } = auth.runtime;
    const moving = {
      host,
      catalog,
      tenants,
      keys,
      authenticator,
      auditLog,
      webhooks,
      queries,
      isBehindFronts,
      fingerprint,
    };
    const cells = await cell?.open(moving);
    undo.push(async () => cells?.stop());
    const { maxDeadlineMs, defaultDeadlineMs, maxRows } = host.capabilities();
    const { corsOrigins = [], trustedProxies = [] } = this.options;
    const { maxBodyBytes = OPTIONS.maxBodyBytes.fallback, maxFileBytes = OPTIONS.maxFileBytes.fallback } = this.options;
    const limits = this.rateLimits ?? new RateLimitMiddleware(undefined, { enforced: !isLoopback(this.host) });
    const requests = new RequestCounter();
    const nonces = await UsedNonces.open(catalog, log);
    undo.push(async () => nonces.close());
    const signatures = auth.signatures && { verifier: auth.signatures, nonces, bodies: new UnverifiedBodies() };
    const backlog = new ResponseBacklog();
    const limiter = limits.start();
    const sqlLimits = new SqlLimits(maxDeadlineMs, maxRows, defaultDeadlineMs, maxBodyBytes);
    const ending = { draining: false, closing: false };
    const page = (this.options.console ?? true) ? ({ publicPrefix, auth: this.auth ? "on" : "off" } as const) : null;
    const app = await createApp(
      {
        auth: auth.runtime,
        keys: auth.keys,
        users: auth.users,
        tenants,
        auditLog,
        webhooks,
        events: new EventStreams(host, log, auth.runtime.authenticator.generation, () => ending.closing),
        queries,
        sqlLimits,
        backups: host,
        metrics: new MetricsService({
          requests,
          host,
          webhooks: () => webhooks.usage(),
          catalogBytes: () => catalogBytes(this.database.dataDir),
          fronts: entrance,
          certificateEnd: () => tls?.current.validTo ?? null,
          cell: cell ?? null,
        }),
        readiness: new Readiness(
          ...([host, catalog, this.database.dataDir] as const),
          () => ending.draining,
          cell ?? null,
        ),
      },
      {
        surfaces,
        authentication: new Authentication(authenticator, limiter, requests, signatures, cells?.elsewhere ?? null),
        validation: new Validation(tenants, queries),
        idempotencyKeys: new IdempotencyKeys(catalog, log),
        auditor: new Auditor(auditLog, tenants, this.options.audit ?? OPTIONS.audit.fallback),
        corsOrigins: new Set(corsOrigins),
        guardsHost: this.auth === null,
        bodyLimits: { maxBodyBytes, maxFileBytes, budget: new BodyBudget(maxBodyBytes) },
        log,
        accessLog: new AccessLog(log, this.options.accessLog ?? false),
        requests,
        queries,
        backlog,
        turns: new Turns(),
        isBehindFronts,
        consoleUrl: page && `${publicPrefix}/console/`,
        isClosing: () => ending.closing,
        mayAnswer: cell ? () => cell.mayAnswer() : null,
      },
      entrance ? [] : trustedProxies,
      entrance ? null : tls,
      page,
    );
    const unwatch = backlog.watch(app.getHttpServer() as Server);
    undo.push(async () => unwatch());
    undo.push(() => app.close());
    const startFronts = async () => {
      if (!entrance) return;
      undo.push(() => entrance.end());
      await entrance.start({
        ...{ authenticator: auth.runtime.authenticator, tenants, limiter, requests, host, log, tls },
        operations: surfaces.all.flatMap(({ operations }) => operations),
        lanes: databaseHosts.lanes!,
        settings: {
          ...{ dialect, trustedProxies, sqlLimits },
          hasCorsOrigins: corsOrigins.length > 0,
          guardsHost: this.auth === null,
          logLevel: this.options.logLevel ?? OPTIONS.logLevel.fallback,
          accessLog: this.options.accessLog ?? false,
          enforcesLimits: limiter.enforced,
        },
      });
    };
    await ready;
    await cell?.opened(tenants.all);
    await webhooks.dispatcher.start();
    return { app, adminKey: auth.adminKey, ending, startFronts };
  }
}

/** Undoes in the opposite order of what was done: requests end first, then the catalog, then the engine. */
class UndoStack {
  private readonly steps: (() => Promise<void>)[] = [];

  push(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.steps.pop(); step; step = this.steps.pop()) await step();
  }
}

function webhookSettings(given: Partial<WebhookSettings> = {}): WebhookSettings {
  return {
    allow: given.allow ?? OPTIONS.webhookAllow.fallback,
    retryMs: given.retryMs ?? OPTIONS.webhookRetryMs.fallback,
    giveUpMs: given.giveUpMs ?? OPTIONS.webhookGiveUpSecs.fallback * 1000,
  };
}

function withoutAuth(catalog: Catalog, sessions: Sessions): PreparedAuth {
  return {
    runtime: new AuthRuntime(new OpenAuthenticator(sessions), null, sessions, null),
    keys: new ApiKeys(catalog, []),
    users: new Users(catalog),
    signatures: null,
    tenants: [],
    adminKey: null,
    fingerprint: "",
  };
}

function portOf(app: NestFastifyApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}

function urlOf(host: string, port: number, scheme: "http" | "https"): string {
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
