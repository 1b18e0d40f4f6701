import { type DynamicModule, Module } from "@nestjs/common";
import { AuthModule } from "../../../auth/auth.module.js";
import { BranchesModule } from "../../../branches/branches.module.js";
import { DataModule } from "../../../data/data.module.js";
import { ApiDocument } from "../../../http/surface/api-document.js";
import { SqlModule } from "../../../sql/sql.module.js";
import { AuditController } from "./audit/audit.controller.js";
import { AuthController } from "./auth/auth.controller.js";
import { KeysController } from "./auth/keys.controller.js";
import { BackupsController } from "./backups/backups.controller.js";
import { BranchesController } from "./branches/branches.controller.js";
import { DataController } from "./data/data.controller.js";
import { DiffController } from "./diff/diff.controller.js";
import { EventsController } from "./events/events.controller.js";
import { FilesController } from "./files/files.controller.js";
import { GraphController } from "./graph/graph.controller.js";
import { HistoryController } from "./history/history.controller.js";
import { MergeController } from "./merge/merge.controller.js";
import { QueriesController } from "./queries/queries.controller.js";
import { RestoreController } from "./restore/restore.controller.js";
import { RetentionController } from "./retention/retention.controller.js";
import { SnapshotsController } from "./snapshots/snapshots.controller.js";
import { SqlController } from "./sql/sql.controller.js";
import { SystemController } from "./system/system.controller.js";
import { TenantsController } from "./tenants/tenants.controller.js";
import { TransactionsController } from "./transactions/transactions.controller.js";
import { UsersController } from "./users/users.controller.js";
import { WebhooksController } from "./webhooks/webhooks.controller.js";

/** The controllers of `/v1`. Services without their own module, and the server's parts, are global. */
@Module({
  imports: [BranchesModule, DataModule, SqlModule, AuthModule],
  controllers: [
    SystemController,
    BranchesController,
    MergeController,
    HistoryController,
    GraphController,
    DiffController,
    SnapshotsController,
    RestoreController,
    FilesController,
    RetentionController,
    DataController,
    SqlController,
    TransactionsController,
    AuthController,
    KeysController,
    UsersController,
    TenantsController,
    AuditController,
    BackupsController,
    WebhooksController,
    EventsController,
    QueriesController,
  ],
})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are made by a static method of their class.
export class V1Module {
  static of(document: ApiDocument): DynamicModule {
    return { module: V1Module, providers: [{ provide: ApiDocument, useValue: document }] };
  }
}
