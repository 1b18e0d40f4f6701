import { Controller, Res, StreamableFile } from "@nestjs/common";
import type { FastifyReply } from "fastify";
import { FilesService } from "../../../../files/files.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as operations from "./files.operations.js";

@Controller()
export class FilesController {
  constructor(private readonly files: FilesService) {}

  @Operation(operations.exportFile)
  async exportFile(
    @Input() call: Call<typeof operations.exportFile>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const file = await this.files.export(call);
    reply.header("x-helios-scn", file.scn);
    return new StreamableFile(file.handle.createReadStream(), {
      type: operations.SQLITE_TYPE,
      disposition: `attachment; filename="${file.name}"`,
      length: file.sizeBytes,
    });
  }

  @Operation(operations.importFile)
  importFile(@Input() call: Call<typeof operations.importFile>) {
    return this.files.import(call);
  }
}
