import { Module } from "@nestjs/common";
import { HealthController } from "./health/health.controller.js";

/** The controllers of the SQLExec surface. Services are global. */
@Module({ controllers: [HealthController] })
export class SqlexecModule {}
