import { isIP } from "node:net";
import { availableParallelism, hostname } from "node:os";
import type { Retention } from "@heliosdb/port";
import { SURFACE_NAMES, type SurfaceName } from "../app/surfaces.js";
import { DEFAULT_SESSION_SECONDS } from "../auth/session.js";
import { AUDITS, type Audits } from "../http/audit/auditor.js";
import { LOG_LEVELS, type LogLevel } from "../logging/logger.js";
import { RATE_PROFILES, type RateProfile } from "../rate-limit/classes.js";
import { DIALECTS, type Dialect } from "../surfaces/v1/dialect/dialects.js";
import { atLeast, ConfigError, listOf, type Option, oneOf, textOption, wholeNumber } from "./option.js";
import { DEFAULT_RETENTION, parseRetention } from "./retention.js";

/** Every setting of the server, checked and frozen. */
export interface Config {
  readonly apiHost: string;
  readonly apiPort: number;
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  readonly dataDir: string;
  readonly backupDir: string | null;
  readonly jwtSecret: string | null;
  readonly adminApiKey: string | null;
  readonly signingKey: string | null;
  readonly auth: "on" | "off";
  readonly sessionSecs: number;
  readonly tenants: "listed" | "auto";
  readonly apiDialect: Dialect;
  readonly surfaces: readonly SurfaceName[];
  readonly publicPrefix: string;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly rateLimit: "on" | "off" | "auto";
  readonly rateLimitProfile: RateProfile;
  readonly rateLimitMaxRequests: number | null;
  readonly rateLimitWindowSecs: number | null;
  readonly maxBodyBytes: number;
  readonly maxFileBytes: number;
  readonly maxTimeoutMs: number;
  readonly maxRows: number;
  readonly maxAnswerBytes: number;
  readonly retention: Retention;
  readonly audit: Audits;
  readonly auditDays: number | null;
  readonly webhookAllow: readonly string[];
  readonly webhookRetryMs: number;
  readonly webhookGiveUpSecs: number;
  readonly console: "on" | "off";
  readonly logLevel: LogLevel;
  readonly accessLog: "on" | "off";
  readonly drainSecs: number;
  readonly fronts: number;
  readonly storeUrls: readonly string[];
  readonly cell: string;
  readonly node: string;
  readonly nodeUrl: string | null;
  readonly leaseMs: number;
  readonly storeDurability: "synchronous" | "managed";
  readonly storeLog: number;
}

export const MOST_FRONTS = 8;

export const OPTIONS: { readonly [K in keyof Config]: Option<Config[K]> } = {
  apiHost: {
    env: "HELIOSDB_API_HOST",
    flag: "--api-host <host>",
    fallback: "127.0.0.1",
    description: "Address to listen on. `0.0.0.0` is every IPv4 address, `::` every address.",
    parse: textOption,
  },
  apiPort: {
    env: "HELIOSDB_API_PORT",
    flag: "--api-port <port>",
    fallback: 8080,
    description: "Port to listen on; 0 means any free port.",
    parse: wholeNumber(0, 65_535),
  },
  tlsCert: {
    env: "HELIOSDB_TLS_CERT",
    flag: "--tls-cert <file>",
    fallback: null,
    shownDefault: "none: plain HTTP",
    description:
      "Certificate in PEM form, with the others of its chain behind it. Together with the key it makes the server speak " +
      "HTTPS only. Read again when the file changes.",
    parse: textOption,
  },
  tlsKey: {
    env: "HELIOSDB_TLS_KEY",
    flag: "--tls-key <file>",
    fallback: null,
    shownDefault: "none",
    description: "The certificate's private key in PEM form, without a passphrase. Read again when the file changes.",
    parse: textOption,
  },
  dataDir: {
    env: "HELIOSDB_DATA_DIR",
    flag: "--data-dir <folder>",
    fallback: "./data",
    description:
      "Folder for the databases and the server's catalog of tenants, users and keys. Created if it doesn't exist.",
    parse: textOption,
  },
  backupDir: {
    env: "HELIOSDB_BACKUP_DIR",
    flag: "--backup-dir <folder>",
    fallback: null,
    shownDefault: "`<data>/backups`",
    description: "Folder for this server's backups, best on another disk. Created if it doesn't exist.",
    parse: textOption,
  },
  jwtSecret: {
    env: "HELIOSDB_JWT_SECRET",
    flag: "--jwt-secret <secret>",
    fallback: null,
    shownDefault: "created at first start, kept in `<data>/jwt.secret`",
    description: "Secret that signs JWTs (HS256). At least 12 characters.",
    parse: atLeast(12),
  },
  adminApiKey: {
    env: "HELIOSDB_ADMIN_API_KEY",
    flag: "--admin-api-key <key>",
    fallback: null,
    shownDefault: "created at first start, printed once, kept in `<data>/admin.key`",
    description: "The server's own API key (`k_admin`), in any form. At least 12 characters.",
    parse: atLeast(12),
  },
  signingKey: {
    env: "HELIOSDB_SIGNING_KEY",
    flag: "--signing-key <key>",
    fallback: null,
    shownDefault: "created at first start, kept in `<data>/signing.key`",
    description:
      "Master key from which the signing secrets of API keys are derived. At least 32 characters. Another one makes all " +
      "signing secrets invalid.",
    parse: atLeast(32),
  },
  auth: {
    env: "HELIOSDB_AUTH",
    flag: "--auth <on|off>",
    fallback: "on",
    description: "`off` lets every program on this machine do everything. Only for a loopback address.",
    parse: oneOf("on", "off"),
  },
  sessionSecs: {
    env: "HELIOSDB_SESSION_SECS",
    flag: "--session-secs <seconds>",
    fallback: DEFAULT_SESSION_SECONDS,
    shownDefault: "1800 (30 minutes)",
    description: "A session (`POST /api/v1/login`) ends when it has not been used for this long.",
    parse: wholeNumber(1, 31_536_000),
  },
  tenants: {
    env: "HELIOSDB_TENANTS",
    flag: "--tenants <listed|auto>",
    fallback: "listed",
    description: "`auto`: the first write with a valid token of an unknown tenant creates that tenant.",
    parse: oneOf("listed", "auto"),
  },
  apiDialect: {
    env: "HELIOSDB_API_DIALECT",
    flag: "--api-dialect <lite|spec>",
    fallback: "lite",
    description: "What `application/json` means: the tutorial's bodies (`lite`) or the specification's (`spec`).",
    parse: oneOf(...DIALECTS),
  },
  surfaces: {
    env: "HELIOSDB_SURFACES",
    flag: "--surfaces <list>",
    fallback: SURFACE_NAMES,
    shownDefault: "all of them",
    description: `APIs to serve beside \`/v1\`, comma-separated: ${SURFACE_NAMES.map((name) => `\`${name}\``).join(", ")}. \`none\`: only \`/v1\`.`,
    parse: parseSurfaces,
  },
  publicPrefix: {
    env: "HELIOSDB_PUBLIC_PREFIX",
    flag: "--public-prefix <path>",
    fallback: "",
    shownDefault: "none",
    description:
      "Path that clients see before the server's own and a proxy removes, such as `/db`. Signed requests are verified with it.",
    parse: pathPrefix,
  },
  corsOrigins: {
    env: "HELIOSDB_CORS_ORIGINS",
    flag: "--cors-origins <list>",
    fallback: [],
    shownDefault: "none",
    description:
      "Origins whose pages may call the API from a browser, comma-separated, such as `https://app.example.com`.",
    parse: listOf(origin),
  },
  trustedProxies: {
    env: "HELIOSDB_TRUSTED_PROXIES",
    flag: "--trusted-proxies <list>",
    fallback: [],
    shownDefault: "none",
    description: "Addresses or networks of proxies whose `X-Forwarded-For` is trusted, comma-separated.",
    parse: listOf(network),
  },
  rateLimit: {
    env: "HELIOSDB_RATE_LIMIT",
    flag: "--rate-limit <on|off|auto>",
    fallback: "auto",
    description: "Whether requests beyond the rate limit are refused. `auto`: only when listening beyond loopback.",
    parse: oneOf("on", "off", "auto"),
  },
  rateLimitProfile: {
    env: "HELIOSDB_RATE_LIMIT_PROFILE",
    flag: "--rate-limit-profile <tutorial|spec>",
    fallback: "tutorial",
    description:
      "`tutorial`: 100 a minute, burst 10, for everything; merges 10, burst 2. `spec`: reads 1000, writes 100, " +
      "queries 60, new branches 10 a minute.",
    parse: oneOf(...RATE_PROFILES),
  },
  rateLimitMaxRequests: {
    env: "HELIOSDB_RATE_LIMIT_MAX_REQUESTS",
    flag: "--rate-limit-max-requests <number>",
    fallback: null,
    shownDefault: "the profile's",
    description: "Requests per window for authenticated callers, in place of the tutorial profile's 100.",
    parse: wholeNumber(1, 1_000_000_000),
  },
  rateLimitWindowSecs: {
    env: "HELIOSDB_RATE_LIMIT_WINDOW_SECS",
    flag: "--rate-limit-window-secs <seconds>",
    fallback: null,
    shownDefault: "60",
    description: "Length of that window.",
    parse: wholeNumber(1, 86_400),
  },
  maxBodyBytes: {
    env: "HELIOSDB_MAX_BODY_BYTES",
    flag: "--max-body-bytes <bytes>",
    fallback: 10 * 1024 * 1024,
    description: "Largest request body.",
    parse: wholeNumber(1024, 1024 ** 3),
  },
  maxFileBytes: {
    env: "HELIOSDB_MAX_FILE_BYTES",
    flag: "--max-file-bytes <bytes>",
    fallback: 10 * 1024 ** 3,
    description: "Largest SQLite file that can be imported.",
    parse: wholeNumber(1024, 1024 ** 5),
  },
  maxTimeoutMs: {
    env: "HELIOSDB_MAX_TIMEOUT_MS",
    flag: "--max-timeout-ms <ms>",
    fallback: 300_000,
    description: "Largest `timeout_ms` that a request may ask for. The default for a request is 30,000.",
    parse: wholeNumber(1, 86_400_000),
  },
  maxRows: {
    env: "HELIOSDB_MAX_ROWS",
    flag: "--max-rows <number>",
    fallback: 10_000,
    description: "Maximum number of rows in the response to a query. A response cut there has `truncated: true`.",
    parse: wholeNumber(1, 1_000_000),
  },
  maxAnswerBytes: {
    env: "HELIOSDB_MAX_ANSWER_BYTES",
    flag: "--max-answer-bytes <bytes>",
    fallback: 32 * 1024 * 1024,
    description: "Maximum size of the values in one response. Streamed rows (NDJSON) have no such limit.",
    parse: wholeNumber(65_536, 128 * 1024 * 1024),
  },
  retention: {
    env: "HELIOSDB_RETENTION",
    flag: "--retention <limits>",
    fallback: DEFAULT_RETENTION,
    shownDefault: "`30d`",
    description:
      "How long history is kept: an age (`30d`, `12h`), a size for each branch (`10GB`), both (`30d,10GB`), or " +
      "`forever`. A database can have its own limits (`PUT /v1/retention`).",
    parse: parseRetention,
  },
  audit: {
    env: "HELIOSDB_AUDIT",
    flag: "--audit <all|control>",
    fallback: "all",
    description:
      "What the audit log records: `all` changes, or `control`, which leaves out writes of rows and SQL " +
      "(the branch's history has those).",
    parse: oneOf(...AUDITS),
  },
  auditDays: {
    env: "HELIOSDB_AUDIT_DAYS",
    flag: "--audit-days <days>",
    fallback: null,
    shownDefault: "kept forever",
    description: "Days after which entries of the audit log are removed.",
    parse: wholeNumber(1, 36_500),
  },
  webhookAllow: {
    env: "HELIOSDB_WEBHOOK_ALLOW",
    flag: "--webhook-allow <list>",
    fallback: [],
    shownDefault: "none",
    description:
      "Hosts, addresses and networks that webhooks may be sent to although they are not public, comma-separated: " +
      "`hooks.internal,10.1.0.0/16`.",
    parse: listOf(hostOrNetwork),
  },
  webhookRetryMs: {
    env: "HELIOSDB_WEBHOOK_RETRY_MS",
    flag: "--webhook-retry-ms <ms>",
    fallback: 5_000,
    description: "Delay before a failed webhook event is sent again. It doubles with each failure, up to an hour.",
    parse: wholeNumber(10, 3_600_000),
  },
  webhookGiveUpSecs: {
    env: "HELIOSDB_WEBHOOK_GIVE_UP_SECS",
    flag: "--webhook-give-up-secs <seconds>",
    fallback: 432_000,
    shownDefault: "432000 (5 days)",
    description: "A webhook is disabled when one of its events has failed for this long.",
    parse: wholeNumber(1, 31_536_000),
  },
  console: {
    env: "HELIOSDB_CONSOLE",
    flag: "--console <on|off>",
    fallback: "on",
    description: "Whether the web console is served at `/console`, to which browsers are sent from `/`.",
    parse: oneOf("on", "off"),
  },
  logLevel: {
    env: "HELIOSDB_LOG_LEVEL",
    flag: "--log-level <level>",
    fallback: "info",
    description: "`debug` logs every request (never its SQL); `info` logs refused credentials, starts and stops.",
    parse: oneOf(...LOG_LEVELS),
  },
  accessLog: {
    env: "HELIOSDB_ACCESS_LOG",
    flag: "--access-log <on|off>",
    fallback: "off",
    description:
      "`on` logs a line for each request, whatever the log level (never its SQL). Failures are logged in any case, a crowd of refusals by their number.",
    parse: oneOf("on", "off"),
  },
  drainSecs: {
    env: "HELIOSDB_DRAIN_SECS",
    flag: "--drain-secs <seconds>",
    fallback: 0,
    description:
      "How long the server keeps serving after SIGTERM or SIGINT while `/readyz` already returns 503, so that load " +
      "balancers can react first.",
    parse: wholeNumber(0, 3600),
  },
  fronts: {
    env: "HELIOSDB_FRONTS",
    flag: "--fronts <number>",
    fallback: usualFronts(availableParallelism()),
    shownDefault: `0 on fewer than 4 cores, otherwise cores − 2, at most ${MOST_FRONTS}`,
    description:
      "Processes that accept connections and answer short queries by themselves: 0, or 2 to " +
      `${MOST_FRONTS}. Each takes 80 to 120 MB. With 0, the server's main process does all of it.`,
    parse: frontCount,
  },
  storeUrls: {
    env: "HELIOSDB_STORE_URLS",
    flag: "--store-urls <list>",
    fallback: [],
    shownDefault: "none: the server is not part of a cell",
    description:
      "PostgreSQL servers of the store in which a cell keeps its logs, comma-separated: " +
      "`postgres://user:password@host:5432/database`. The one that is the primary is found by itself. Makes this server a node of a cell.",
    parse: listOf(storeUrl),
  },
  cell: {
    env: "HELIOSDB_CELL",
    flag: "--cell <name>",
    fallback: "main",
    description: "Name of the cell. Its nodes have the same one.",
    parse: cellName,
  },
  node: {
    env: "HELIOSDB_NODE",
    flag: "--node <name>",
    fallback: hostname(),
    shownDefault: "the name of the machine",
    description: "Name of this node, which no other node of the cell has.",
    parse: nodeName,
  },
  nodeUrl: {
    env: "HELIOSDB_NODE_URL",
    flag: "--node-url <url>",
    fallback: null,
    shownDefault: "none: the others don't pass requests on to this node",
    description: "Where the other nodes of the cell reach this one, such as `http://10.0.0.5:8080`.",
    parse: nodeUrl,
  },
  leaseMs: {
    env: "HELIOSDB_LEASE_MS",
    flag: "--lease-ms <ms>",
    fallback: 5_000,
    description:
      "A node that has not been heard of for this long is replaced by another one. The same for all nodes of the cell.",
    parse: wholeNumber(2_000, 600_000),
  },
  storeDurability: {
    env: "HELIOSDB_STORE_DURABILITY",
    flag: "--store-durability <synchronous|managed>",
    fallback: "synchronous",
    description:
      "`synchronous`: don't serve unless commits of the store wait for a standby. `managed`: whoever runs the store " +
      "answers for its durability.",
    parse: oneOf("synchronous", "managed"),
  },
  storeLog: {
    env: "HELIOSDB_STORE_LOG",
    flag: "--store-log <bytes>",
    fallback: 256 * 1024 * 1024,
    shownDefault: "268435456 (256 MiB)",
    description:
      "Bytes of the newest changes that the store keeps of each database as they were made: the cell can be exported as of any " +
      "moment among them. What is older is folded into one state.",
    parse: wholeNumber(16 * 1024 * 1024, 1024 ** 5),
  },
};

/** Settings that mean nothing without a store. */
export const OF_CELLS = [
  "cell",
  "node",
  "nodeUrl",
  "leaseMs",
  "storeDurability",
  "storeLog",
] as const satisfies (keyof Config)[];

/** One front would be work on top of the main process's; on few cores, several take what the engine needs. */
export function usualFronts(cores: number): number {
  // Windows has no sockets in folders.
  return cores < 4 || process.platform === "win32" ? 0 : Math.min(cores - 2, MOST_FRONTS);
}

function frontCount(text: string): number {
  const count = Number(text);
  if (text !== "0" && !(/^\d+$/.test(text) && count >= 2 && count <= MOST_FRONTS)) {
    throw new ConfigError(`must be 0, or an integer from 2 to ${MOST_FRONTS}, got "${text}"`);
  }
  return count;
}

/** Settings of the command and the client library. The server knows their names only so as not to refuse them. */
export const CLIENT_SETTINGS: { readonly [env: string]: string } = {
  HELIOSDB_URL: "URL of the server that the command connects to.",
  HELIOSDB_API_KEY: "API key that the command sends.",
  HELIOSDB_BRANCH: "Default branch of the command.",
  HELIOSDB_PROFILE: "Saved login that the command uses.",
  HELIOSDB_CA: "File with the CA certificates that the command trusts, instead of the usual ones.",
};

function origin(entry: string): string {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== entry.replace(/\/$/, "")) {
    throw new ConfigError(`Invalid origin "${entry}". Expected scheme and host, such as https://app.example.com.`);
  }
  return url.origin;
}

function storeUrl(entry: string): string {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === "") {
    // Not the entry: it may have a password.
    throw new ConfigError(
      "has an entry that is no address of PostgreSQL, such as postgres://user:password@host:5432/database",
    );
  }
  return entry;
}

function cellName(text: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(text)) {
    throw new ConfigError(`must have 1 to 63 of a-z, 0-9, _ and -, and begin with a letter or digit, got "${text}"`);
  }
  return text;
}

function nodeName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(text)) {
    throw new ConfigError(`must be a name such as node-1 or db1.example.com, got "${text}"`);
  }
  return text;
}

function nodeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, "")) {
    throw new ConfigError(`must be an address such as http://10.0.0.5:8080, got "${text}"`);
  }
  return url.origin;
}

function pathPrefix(text: string): string {
  if (!/^(\/[A-Za-z0-9._~-]+)+$/.test(text)) {
    throw new ConfigError(`must be a path without a slash at its end, such as /db, got "${text}"`);
  }
  return text;
}

function hostOrNetwork(entry: string): string {
  // A text that could be meant for an address must be one.
  if (/^[\d./]+$|[:/]/.test(entry)) return network(entry);
  if (!/^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(entry)) {
    throw new ConfigError(
      `Invalid entry "${entry}". Expected a host, an address or a network, such as hooks.internal or 10.0.0.0/8.`,
    );
  }
  return entry.toLowerCase();
}

function network(entry: string): string {
  const [address = "", bits, more] = entry.split("/");
  const version = isIP(address);
  const widest = version === 4 ? 32 : 128;
  if (
    version === 0 ||
    more !== undefined ||
    (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= widest))
  ) {
    throw new ConfigError(
      `Invalid entry "${entry}". Expected an address or a network, such as 10.0.0.1 or 10.0.0.0/8.`,
    );
  }
  return entry;
}

function parseSurfaces(text: string): readonly SurfaceName[] {
  if (text.trim().toLowerCase() === "none") return [];
  const names = listOf(oneOf(...SURFACE_NAMES))(text) as readonly SurfaceName[];
  if (names.length === 0) throw new ConfigError(`must be "none", or one or more of ${SURFACE_NAMES.join(", ")}`);
  return names;
}
