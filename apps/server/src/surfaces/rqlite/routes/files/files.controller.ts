import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { Controller, Res, StreamableFile } from "@nestjs/common";
import type { FastifyReply } from "fastify";
import type { Caller } from "../../../../auth/caller.js";
import { ApiError } from "../../../../errors/api-error.js";
import { FilesService } from "../../../../files/files.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { SqlLimits } from "../../../../sql/sql-limits.js";
import { beginDump } from "../../dump/sql-dump.js";
import type { Parameters } from "../../parameters/parameters.js";
import type { Outcomes } from "../../statements/outcome.js";
import * as operations from "./files.operations.js";
import { LoadService } from "./load.service.js";

/** Bytes of a backup on their way to the client. */
interface Backup {
  readonly scn: number;
  readonly bytes: Readable;
  readonly type: string;
  /** Undefined where it is not known before it has been sent. */
  readonly length?: number;
}

@Controller()
export class FilesController {
  constructor(
    private readonly files: FilesService,
    private readonly loads: LoadService,
    private readonly limits: SqlLimits,
  ) {}

  @Operation(operations.rqliteBackup)
  async rqliteBackup(
    @Input() { caller, query }: Input<typeof operations.rqliteBackup>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { scn, bytes, type, length } = await (query.fmt === "sql"
      ? this.dump(caller, query)
      : this.file(caller, query));
    reply.header("x-helios-scn", scn);
    if (!query.compress) return new StreamableFile(bytes, { type, length });
    const compressed = bytes.pipe(createGzip());
    bytes.once("error", (error) => compressed.destroy(error));
    compressed.once("close", () => bytes.destroy());
    return new StreamableFile(compressed, { type });
  }

  @Operation(operations.rqliteLoad)
  async rqliteLoad(
    @Input() { caller, query, body }: Input<typeof operations.rqliteLoad>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcomes> {
    refusePast(query);
    if (body === undefined) return { mode: "execute", outcomes: [], scn: null };
    const outcomes = await this.loads.load(caller, query.branch, body);
    if (outcomes.scn !== null) reply.header("x-helios-scn", outcomes.scn);
    return outcomes;
  }

  @Operation(operations.rqliteBoot)
  async rqliteBoot(
    @Input() { caller, query, body }: Input<typeof operations.rqliteBoot>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    refusePast(query);
    if (body === undefined) throw new ApiError("BAD_REQUEST", "invalid SQLite data");
    reply.header("x-helios-scn", await this.loads.boot(caller, query.branch, body));
  }

  private async file(caller: Caller, { branch, at }: Parameters): Promise<Backup> {
    const file = await this.files.export(caller, { branch, ...(at && { at }) });
    const bytes = Readable.from(file.bytes);
    // A client that leaves before the first byte begins no reading, which would close the file at its end.
    bytes.once("close", () => void file.close());
    return { scn: file.scn, bytes, type: "application/octet-stream", length: file.sizeBytes };
  }

  private async dump({ database }: Caller, { branch, at }: Parameters): Promise<Backup> {
    const { scn, parts } = await beginDump(database, branch, at, this.limits.maxTimeoutMs);
    return { scn, bytes: Readable.from(parts, { objectMode: false }), type: "application/sql" };
  }
}

function refusePast({ at }: Parameters): void {
  if (at) throw new ApiError("BAD_REQUEST", "as_of is for reads, and this request writes");
}
