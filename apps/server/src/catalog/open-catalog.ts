import { chmodSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import { DataSource } from "typeorm";
import { ApiKeyEntity } from "./api-key.entity.js";
import { AuditEntryEntity } from "./audit-entry.entity.js";
import { Catalog } from "./catalog.js";
import { DroppedDatabaseEntity } from "./dropped-database.entity.js";
import { IdempotencyEntity } from "./idempotency.entity.js";
import { TenantsAndKeys1764547200000 } from "./migrations/0001-tenants-and-keys.js";
import { UsersAndLimits1767225600000 } from "./migrations/0002-users-and-limits.js";
import { Webhooks1795219202000 } from "./migrations/0003-webhooks.js";
import { IdempotencyKeys1795219200000 } from "./migrations/0004-idempotency-keys.js";
import { AuditLog1795219201000 } from "./migrations/0005-audit-log.js";
import { SigningSecrets1795824000000 } from "./migrations/0006-signing-secrets.js";
import { Sessions1795219204000 } from "./migrations/0007-sessions.js";
import { readCatalog, refuseWithoutCatalog } from "./recovery.js";
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

/** The control plane's own database, in the data folder. */
export const CATALOG = "catalog.db";

/**
 * Opens `<data>/catalog.db`, the control plane's own database, with its newest schema. Throws, with nothing changed, if
 * it can't be the catalog of the existing databases.
 */
export async function openCatalog(dataDir: string): Promise<Catalog> {
  const database = join(dataDir, CATALOG);
  refuseWithoutCatalog(dataDir);
  const source = new DataSource({
    type: "better-sqlite3",
    database,
    entities: ENTITIES,
    migrations: [
      TenantsAndKeys1764547200000,
      UsersAndLimits1767225600000,
      IdempotencyKeys1795219200000,
      AuditLog1795219201000,
      Webhooks1795219202000,
      SigningSecrets1795824000000,
      Sessions1795219204000,
    ],
    enableWAL: true,
    // A revoked key stays revoked after a power cut.
    prepareDatabase: (db: BetterSqlite3.Database) => void db.pragma("synchronous = FULL"),
  });
  await readCatalog(source);
  await source.runMigrations();
  // It contains hashes of credentials and the secrets of webhooks, which nobody else may see.
  chmodSync(database, 0o600);
  return new Catalog(source);
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
