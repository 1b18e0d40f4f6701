import { Readable } from "node:stream";
import { Controller, StreamableFile } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./audit.operations.js";
import { AuditService } from "./audit.service.js";

@Controller()
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Operation(operations.listAudit)
  listAudit(@Input() call: Call<typeof operations.listAudit>) {
    return this.audit.list(call);
  }

  @Operation(operations.exportAudit)
  exportAudit(@Input() call: Call<typeof operations.exportAudit>): StreamableFile {
    return new StreamableFile(Readable.from(this.audit.lines(call)), {
      type: operations.NDJSON,
      disposition: 'attachment; filename="audit.ndjson"',
    });
  }
}
