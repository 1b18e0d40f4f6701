import { type DynamicModule, Global, Module, type Provider, type Type } from "@nestjs/common";
import { AuditService } from "../audit/audit.service.js";
import { AuditLog } from "../audit/audit-log.js";
import { ApiKeys } from "../auth/api-keys.js";
import { AuthRuntime } from "../auth/auth-runtime.js";
import { Users } from "../auth/users.js";
import { BackupHost, BackupsService } from "../backups/backups.service.js";
import { TenantDirectory } from "../catalog/tenant-directory.js";
import { DiffService } from "../diff/diff.service.js";
import { EventStreams } from "../events/event-streams.js";
import { FilesService } from "../files/files.service.js";
import { GraphService } from "../graph/graph.service.js";
import { HistoryService } from "../history/history.service.js";
import { MergeService } from "../merge/merge.service.js";
import { MetricsService } from "../metrics/metrics.service.js";
import { QueriesService } from "../queries/queries.service.js";
import { RunningQueries } from "../queries/running-queries.js";
import { RestoreService } from "../restore/restore.service.js";
import { RetentionService } from "../retention/retention.service.js";
import { SnapshotsService } from "../snapshots/snapshots.service.js";
import { SqlLimits } from "../sql/sql-limits.js";
import { Readiness } from "../system/readiness.js";
import { TenantsService } from "../tenants/tenants.service.js";
import { TransactionsService } from "../transactions/transactions.service.js";
import { UsersService } from "../users/users.service.js";
import { WebhookRuntime } from "../webhooks/webhook-runtime.js";
import { WebhooksService } from "../webhooks/webhooks.service.js";

/** The resources that ApiServer opens before the application starts. */
export interface ServerParts {
  readonly auth: AuthRuntime;
  readonly keys: ApiKeys;
  readonly users: Users;
  readonly tenants: TenantDirectory;
  readonly auditLog: AuditLog;
  readonly webhooks: WebhookRuntime;
  readonly events: EventStreams;
  readonly queries: RunningQueries;
  readonly sqlLimits: SqlLimits;
  readonly backups: BackupHost;
  readonly metrics: MetricsService;
  readonly readiness: Readiness;
}

const SERVICES = [
  MergeService,
  HistoryService,
  GraphService,
  DiffService,
  SnapshotsService,
  RestoreService,
  FilesService,
  RetentionService,
  TransactionsService,
  QueriesService,
  UsersService,
  TenantsService,
  AuditService,
  BackupsService,
  WebhooksService,
];

/** The server's parts, and the services without their own module, for the controllers of every surface. */
@Global()
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are made by a static method of their class.
export class ServicesModule {
  /**
   * `parts` is called only when providers start, which never happens in a preview of the application (for its routes).
   */
  static of(parts: () => ServerParts): DynamicModule {
    const given = (provide: unknown, name: keyof ServerParts): Provider => ({
      provide: provide as Type<unknown>,
      useFactory: () => parts()[name],
    });
    const providers: Provider[] = [
      ...SERVICES,
      given(AuthRuntime, "auth"),
      given(ApiKeys, "keys"),
      given(Users, "users"),
      given(TenantDirectory, "tenants"),
      given(AuditLog, "auditLog"),
      given(WebhookRuntime, "webhooks"),
      given(EventStreams, "events"),
      given(RunningQueries, "queries"),
      given(SqlLimits, "sqlLimits"),
      given(BackupHost, "backups"),
      given(MetricsService, "metrics"),
      given(Readiness, "readiness"),
    ];
    return { module: ServicesModule, providers, exports: providers };
  }

  static preview(): DynamicModule {
    return ServicesModule.of(() => {
      throw new Error("a preview starts no providers");
    });
  }
}
