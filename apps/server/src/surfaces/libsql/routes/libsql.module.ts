import { Module } from "@nestjs/common";
import { PipelineService } from "../run/pipeline.service.js";
import { StatementRunner } from "../run/statement-runner.js";
import { Streams } from "../streams/streams.js";
import { PipelineController } from "./pipeline/pipeline.controller.js";
import { StatusController } from "./status/status.controller.js";

/** The controllers of the libSQL surface. */
@Module({
  providers: [Streams, StatementRunner, PipelineService],
  controllers: [PipelineController, StatusController],
})
export class LibsqlModule {}
