import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { PipelineService } from "../../run/pipeline.service.js";
import * as operations from "./pipeline.operations.js";

@Controller()
export class PipelineController {
  constructor(private readonly service: PipelineService) {}

  @Operation(operations.libsqlPipeline)
  libsqlPipeline(@Input() { caller, params, body }: Input<typeof operations.libsqlPipeline>) {
    return this.service.pipeline(caller, params.place, body);
  }

  @Operation(operations.libsqlPipeline3)
  libsqlPipeline3(@Input() { caller, params, body }: Input<typeof operations.libsqlPipeline3>) {
    return this.service.pipeline(caller, params.place, body);
  }

  @Operation(operations.libsqlCursor)
  libsqlCursor(@Input() { caller, params, body }: Input<typeof operations.libsqlCursor>) {
    return this.service.cursor(caller, params.place, body);
  }
}
