import { Module } from "@nestjs/common";
import { StatementsService } from "../statements/statements.service.js";
import { DataController } from "./data/data.controller.js";
import { FilesController } from "./files/files.controller.js";
import { LoadService } from "./files/load.service.js";
import { StatusController } from "./status/status.controller.js";

/** The controllers of the rqlite surface. Services are global, but for its own. */
@Module({
  providers: [StatementsService, LoadService],
  controllers: [DataController, FilesController, StatusController],
})
export class RqliteModule {}
