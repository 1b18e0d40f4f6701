import { Module } from "@nestjs/common";
import { AuthModule } from "../../../auth/auth.module.js";
import { InsertService } from "../insert/insert.service.js";
import { MetaService } from "../meta/meta.service.js";
import { RowsService } from "../rows/rows.service.js";
import { SchemasController } from "./schemas/schemas.controller.js";
import { SessionController } from "./session/session.controller.js";

/** The controllers of the Helium surface, with its own services. */
@Module({
  imports: [AuthModule],
  controllers: [SessionController, SchemasController],
  providers: [MetaService, RowsService, InsertService],
})
export class HeliumModule {}
