import type { DatabaseHostPort } from "@heliosdb/port";
import type { AuditLog } from "../audit/audit-log.js";
import type { ApiKeys } from "../auth/api-keys.js";
import type { Authenticator } from "../auth/authenticator.js";
import type { Catalog } from "../catalog/catalog.js";
import type { TenantDirectory } from "../catalog/tenant-directory.js";
import type { RunningQueries } from "../queries/running-queries.js";
import type { WebhookRuntime } from "../webhooks/webhook-runtime.js";

/** What of a server has to do with a tenant that comes or goes. */
export interface MovingParts {
  readonly host: DatabaseHostPort;
  readonly catalog: Catalog;
  readonly tenants: TenantDirectory;
  readonly keys: ApiKeys;
  readonly authenticator: Authenticator;
  readonly auditLog: AuditLog;
  readonly webhooks: WebhookRuntime;
  readonly queries: RunningQueries;
  /** Whether all requests come from fronts. */
  readonly isBehindFronts: boolean;
  /** Of the server's secrets. */
  readonly fingerprint: string;
}
