import { type DynamicModule, Module, type Provider, type Type } from "@nestjs/common";
import { AuditController } from "../audit/audit.controller.js";
import { AuditService } from "../audit/audit.service.js";
import { AuditLog } from "../audit/audit-log.js";
import { ApiKeys } from "../auth/api-keys.js";
import { AuthController } from "../auth/auth.controller.js";
import { AuthService } from "../auth/auth.service.js";
import { AuthRuntime } from "../auth/auth-runtime.js";
import { KeysController } from "../auth/keys.controller.js";
import { KeysService } from "../auth/keys.service.js";
import { Users } from "../auth/users.js";
import { BackupStore } from "../backups/backup-store.js";
import { BackupsController } from "../backups/backups.controller.js";
import { BackupsService } from "../backups/backups.service.js";
import { BranchesController } from "../branches/branches.controller.js";
import { BranchesService } from "../branches/branches.service.js";
import { DataController } from "../data/data.controller.js";
import { DataService } from "../data/data.service.js";
import { DiffController } from "../diff/diff.controller.js";
import { DiffService } from "../diff/diff.service.js";
import { FilesController } from "../files/files.controller.js";
import { FilesService } from "../files/files.service.js";
import { HistoryController } from "../history/history.controller.js";
import { HistoryService } from "../history/history.service.js";
import { MergeController } from "../merge/merge.controller.js";
import { MergeService } from "../merge/merge.service.js";
import { MetricsService } from "../metrics/metrics.service.js";
import { DocumentService } from "../openapi/document.service.js";
import { RestoreController } from "../restore/restore.controller.js";
import { RestoreService } from "../restore/restore.service.js";
import { RetentionController } from "../retention/retention.controller.js";
import { RetentionService } from "../retention/retention.service.js";
import { SnapshotsController } from "../snapshots/snapshots.controller.js";
import { SnapshotsService } from "../snapshots/snapshots.service.js";
import { SqlController } from "../sql/sql.controller.js";
import { SqlService } from "../sql/sql.service.js";
import { SqlLimits } from "../sql/sql-limits.js";
import { Readiness } from "../system/readiness.js";
import { SystemController } from "../system/system.controller.js";
import { TenantDirectory } from "../tenants/tenant-directory.js";
import { TenantsController } from "../tenants/tenants.controller.js";
import { TenantsService } from "../tenants/tenants.service.js";
import { UsersController } from "../users/users.controller.js";
import { UsersService } from "../users/users.service.js";
import { WebhookRuntime } from "../webhooks/webhook-runtime.js";
import { WebhooksController } from "../webhooks/webhooks.controller.js";
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
