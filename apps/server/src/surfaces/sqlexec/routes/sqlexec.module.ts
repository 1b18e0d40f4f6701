import { Module } from "@nestjs/common";
import { BranchesModule } from "../../../branches/branches.module.js";
import { DataModule } from "../../../data/data.module.js";
import { SqlModule } from "../../../sql/sql.module.js";
import { StatementRunner } from "../run/statement-runner.js";
import { ShowRunner } from "../show/show-runner.js";
import { HealthController } from "./health/health.controller.js";
import { QueryController } from "./query/query.controller.js";

/** The controllers of the SQLExec surface. */
@Module({
  imports: [BranchesModule, DataModule, SqlModule],
  providers: [ShowRunner, StatementRunner],
  controllers: [HealthController, QueryController],
})
export class SqlexecModule {}
