import { Module } from "@nestjs/common";
import { SqlService } from "./sql.service.js";

/** SqlLimits is provided by the server's parts. */
@Module({ providers: [SqlService], exports: [SqlService] })
export class SqlModule {}
