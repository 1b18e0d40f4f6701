import { type DynamicModule, Module, type Provider, type Type } from "@nestjs/common";
import { AuditService } from "../audit/audit.service.js";
import { AuditLog } from "../audit/audit-log.js";
import { ApiKeys } from "../auth/api-keys.js";
import { AuthService } from "../auth/auth.service.js";
import { AuthRuntime } from "../auth/auth-runtime.js";
import { KeysService } from "../auth/keys.service.js";
import { Users } from "../auth/users.js";
import { BackupStore } from "../backups/backup-store.js";
import { BackupsService } from "../backups/backups.service.js";
import { BranchesService } from "../branches/branches.service.js";
import { TenantDirectory } from "../catalog/tenant-directory.js";
import { DataService } from "../data/data.service.js";
import { DiffService } from "../diff/diff.service.js";
import { FilesService } from "../files/files.service.js";
import { HistoryService } from "../history/history.service.js";
import { DocumentService } from "../http/surface/api-document.js";
import { MergeService } from "../merge/merge.service.js";
import { MetricsService } from "../metrics/metrics.service.js";
import { RestoreService } from "../restore/restore.service.js";
import { RetentionService } from "../retention/retention.service.js";
import { SnapshotsService } from "../snapshots/snapshots.service.js";
import { SqlService } from "../sql/sql.service.js";
import { SqlLimits } from "../sql/sql-limits.js";
import { AuditController } from "../surfaces/v1/routes/audit/audit.controller.js";
import { AuthController } from "../surfaces/v1/routes/auth/auth.controller.js";
import { KeysController } from "../surfaces/v1/routes/auth/keys.controller.js";
import { BackupsController } from "../surfaces/v1/routes/backups/backups.controller.js";
import { BranchesController } from "../surfaces/v1/routes/branches/branches.controller.js";
import { DataController } from "../surfaces/v1/routes/data/data.controller.js";
import { DiffController } from "../surfaces/v1/routes/diff/diff.controller.js";
import { FilesController } from "../surfaces/v1/routes/files/files.controller.js";
import { HistoryController } from "../surfaces/v1/routes/history/history.controller.js";
import { MergeController } from "../surfaces/v1/routes/merge/merge.controller.js";
import { RestoreController } from "../surfaces/v1/routes/restore/restore.controller.js";
import { RetentionController } from "../surfaces/v1/routes/retention/retention.controller.js";
import { SnapshotsController } from "../surfaces/v1/routes/snapshots/snapshots.controller.js";
import { SqlController } from "../surfaces/v1/routes/sql/sql.controller.js";
import { SystemController } from "../surfaces/v1/routes/system/system.controller.js";
import { TenantsController } from "../surfaces/v1/routes/tenants/tenants.controller.js";
import { UsersController } from "../surfaces/v1/routes/users/users.controller.js";
import { WebhooksController } from "../surfaces/v1/routes/webhooks/webhooks.controller.js";
import { Readiness } from "../system/readiness.js";
import { TenantsService } from "../tenants/tenants.service.js";
import { UsersService } from "../users/users.service.js";
import { WebhookRuntime } from "../webhooks/webhook-runtime.js";
import { WebhooksService } from "../webhooks/webhooks.service.js";

/** What ApiServer has opened and made ready before the application starts. */
export interface ServerParts {
  readonly auth: AuthRuntime;
  readonly keys: ApiKeys;
  readonly users: Users;
  readonly tenants: TenantDirectory;
  readonly auditLog: AuditLog;
  readonly webhooks: WebhookRuntime;
  readonly sqlLimits: SqlLimits;
  readonly documents: DocumentService;
  readonly backups: BackupStore;
  readonly metrics: MetricsService;
  readonly readiness: Readiness;
}

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are made by a static method of their class.
export class AppModule {
  /** `parts` is asked only when providers start, which a preview of the application (for its routes) never does. */
  static of(parts: () => ServerParts): DynamicModule {
    const given = (provide: unknown, name: keyof ServerParts): Provider => ({
      provide: provide as Type<unknown>,
      useFactory: () => parts()[name],
    });
    return {
      module: AppModule,
      controllers: [
        SystemController,
        BranchesController,
        MergeController,
        HistoryController,
        DiffController,
        SnapshotsController,
        RestoreController,
        FilesController,
        RetentionController,
        DataController,
        SqlController,
        AuthController,
        KeysController,
        UsersController,
        TenantsController,
        AuditController,
        BackupsController,
        WebhooksController,
      ],
      providers: [
        BranchesService,
        MergeService,
        HistoryService,
        DiffService,
        SnapshotsService,
        RestoreService,
        FilesService,
        RetentionService,
        DataService,
        SqlService,
        AuthService,
        KeysService,
        UsersService,
        TenantsService,
        AuditService,
        BackupsService,
        WebhooksService,
        given(AuthRuntime, "auth"),
        given(ApiKeys, "keys"),
        given(Users, "users"),
        given(TenantDirectory, "tenants"),
        given(AuditLog, "auditLog"),
        given(WebhookRuntime, "webhooks"),
        given(SqlLimits, "sqlLimits"),
        given(DocumentService, "documents"),
        given(BackupStore, "backups"),
        given(MetricsService, "metrics"),
        given(Readiness, "readiness"),
      ],
    };
  }
}
