import { chmodSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import { DataSource } from "typeorm";
import { ApiKeyEntity } from "./api-key.entity.js";
import { AuditEntryEntity } from "./audit-entry.entity.js";
import { Catalog } from "./catalog.js";
import type { CatalogLog } from "./catalog-log.js";
import { DroppedDatabaseEntity } from "./dropped-database.entity.js";
import { IdempotencyEntity } from "./idempotency.entity.js";
import { TenantsAndKeys1764547200000 } from "./migrations/0001-tenants-and-keys.js";
import { UsersAndLimits1767225600000 } from "./migrations/0002-users-and-limits.js";
import { Webhooks1795219202000 } from "./migrations/0003-webhooks.js";
import { IdempotencyKeys1795219200000 } from "./migrations/0004-idempotency-keys.js";
import { AuditLog1795219201000 } from "./migrations/0005-audit-log.js";
import { SigningSecrets1795824000000 } from "./migrations/0006-signing-secrets.js";
import { Sessions1795219204000 } from "./migrations/0007-sessions.js";
import { DepartingTenants1796256000000 } from "./migrations/0008-departing-tenants.js";
import { readCatalog, refuseDamagedLog, refuseWithoutCatalog } from "./recovery.js";
import { SessionEntity } from "./session.entity.js";
import { TenantEntity } from "./tenant.entity.js";
import { UserEntity } from "./user.entity.js";
import { WebhookEntity } from "./webhook.entity.js";
import { WebhookCursorEntity } from "./webhook-cursor.entity.js";
import { WebhookDeliveryEntity } from "./webhook-delivery.entity.js";

const ENTITIES = [
  TenantEntity,
  DroppedDatabaseEntity,
  ApiKeyEntity,
  UserEntity,
  IdempotencyEntity,
  AuditEntryEntity,
  WebhookEntity,
  WebhookCursorEntity,
  WebhookDeliveryEntity,
  SessionEntity,
];

const MIGRATIONS = [
  TenantsAndKeys1764547200000,
  UsersAndLimits1767225600000,
  IdempotencyKeys1795219200000,
  AuditLog1795219201000,
  Webhooks1795219202000,
  SigningSecrets1795824000000,
  Sessions1795219204000,
  DepartingTenants1796256000000,
] as const;

/** Servers with the same one have the same tables. */
export const NEWEST_MIGRATION: string = MIGRATIONS.at(-1)!.name;

/** The control plane's own database, in the data folder. */
export const CATALOG = "catalog.db";

/**
 * Opens `<data>/catalog.db`, the control plane's own database, with its newest schema. Throws, with nothing changed, if
 * it can't be the catalog of the existing databases.
 * @param log has every change before anybody is told of it
 */
export async function openCatalog(dataDir: string, log: CatalogLog | null = null): Promise<Catalog> {
  const database = join(dataDir, CATALOG);
  refuseWithoutCatalog(dataDir);
  refuseDamagedLog(dataDir);
  const source = new DataSource({
    type: "better-sqlite3",
    database,
    entities: ENTITIES,
    migrations: [...MIGRATIONS],
    enableWAL: true,
    prepareDatabase: (db: BetterSqlite3.Database) => {
      // A revoked key stays revoked after a power cut.
      db.pragma("synchronous = FULL");
      if (log) follow(db, log);
    },
  });
  await readCatalog(source);
  await source.runMigrations();
  // It contains hashes of credentials and the secrets of webhooks, which nobody else may see.
  chmodSync(database, 0o600);
  return new Catalog(source, log);
}

/** Has the log hear of every page that changes. */
function follow(db: BetterSqlite3.Database, log: CatalogLog): void {
  const changesMode = db.pragma("journal_mode", { simple: true }) !== "wal";
  db.pragma("journal_mode = WAL");
  db.pragma("wal_autocheckpoint = 0");
  // The mode is written to the first page without the write-ahead log. Now that gets the page as well.
  if (changesMode) db.pragma(`user_version = ${db.pragma("user_version", { simple: true })}`);
  log.opened(db);
}

/** Bytes of the catalog's files. */
export async function catalogBytes(dataDir: string): Promise<number> {
  let sum = 0;
  for (const suffix of ["", "-wal"]) {
    const found = await stat(join(dataDir, `${CATALOG}${suffix}`)).catch(() => null);
    sum += found?.size ?? 0;
  }
  return sum;
}
