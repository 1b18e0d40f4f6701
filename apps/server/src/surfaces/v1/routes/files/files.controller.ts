import { Readable } from "node:stream";
import { Controller, Res, StreamableFile } from "@nestjs/common";
import type { FastifyReply } from "fastify";
import { FilesService } from "../../../../files/files.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { pointOfUrl } from "../../schemas/point.js";
import * as operations from "./files.operations.js";

@Controller()
export class FilesController {
  constructor(private readonly files: FilesService) {}

  @Operation(operations.exportFile)
  async exportFile(
    @Input() { caller, params, query }: Input<typeof operations.exportFile>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const file = await this.files.export(caller, { branch: params.branch, at: pointOfUrl(query) });
    reply.header("x-helios-scn", file.scn);
    const bytes = Readable.from(file.bytes);
    // If the client disconnects before the first byte, the stream, which closes the file at its end, never starts.
    bytes.once("close", () => void file.close());
    return new StreamableFile(bytes, {
      type: operations.SQLITE_TYPE,
      disposition: `attachment; filename="${file.name}"`,
      length: file.sizeBytes,
    });
  }

  @Operation(operations.importFile)
  async importFile(@Input() { caller, params, query, body }: Input<typeof operations.importFile>) {
    const { from, display_name: displayName, expires_at: expiresAt, message } = query;
    return this.files.import(caller, { name: params.branch, from, displayName, expiresAt, message }, body);
  }
}
