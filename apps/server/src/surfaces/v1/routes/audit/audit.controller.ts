import { Readable } from "node:stream";
import { Controller, StreamableFile } from "@nestjs/common";
import { AuditService } from "../../../../audit/audit.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as operations from "./audit.operations.js";

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
