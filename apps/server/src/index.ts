import "reflect-metadata";

export { JwtManager, type TokenOptions } from "./auth/jwt-manager.js";
export { loadConfig } from "./config/load.js";
export { ConfigError } from "./config/option.js";
export type { Config } from "./config/options.js";
export type {
  BegunDatabaseHost,
  CheckedDatabase,
  CheckedDatabases,
  DatabaseHostFactory,
  DatabaseHostSettings,
  HostEvent,
} from "./database-host/database-host-factory.js";
export { ApiServer, type ApiServerOptions, type RunningServer } from "./embedding/api-server.js";
export { type AdminKeyNotice, AuthMiddleware } from "./embedding/auth-middleware.js";
export { EmbeddedDatabase, type EmbeddedDatabaseOptions } from "./embedding/embedded-database.js";
export { EMBEDDED_HOSTS } from "./embedding/embedded-hosts.js";
export { RateLimitConfig } from "./rate-limit/rate-limit-config.js";
export { RateLimitMiddleware, type RateLimitOptions } from "./rate-limit/rate-limit-middleware.js";
export { CertificateError, type TlsFiles } from "./tls/certificate.js";
