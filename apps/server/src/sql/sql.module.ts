import { Module } from "@nestjs/common";
import { SqlService } from "./sql.service.js";

/** SqlLimits is one of the parts that the server is put together of. */
@Module({ providers: [SqlService], exports: [SqlService] })
export class SqlModule {}
