import { Readable } from "node:stream";
import { Controller, StreamableFile } from "@nestjs/common";
import { AuditService } from "../../../../audit/audit.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { isoAuditEntry } from "../../presenters/shared/audit.js";
import * as operations from "./audit.operations.js";

type Filters = Input<typeof operations.exportAudit>["query"];

@Controller()
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Operation(operations.listAudit)
  listAudit(@Input() { caller, query }: Input<typeof operations.listAudit>) {
    const { limit, cursor = null } = query;
    return this.audit.list(caller, filterOf(query), limit, cursor);
  }

  @Operation(operations.exportAudit)
  exportAudit(@Input() { caller, query }: Input<typeof operations.exportAudit>): StreamableFile {
    const batches = this.audit.export(caller, filterOf(query));
    return new StreamableFile(Readable.from(linesOf(batches)), {
      type: operations.NDJSON,
      disposition: 'attachment; filename="audit.ndjson"',
    });
  }
}

function filterOf({ user, key, trace_id: traceId, request_id: requestId, ...same }: Filters) {
  const { from, until, operation, branch, outcome } = same;
  return { userId: user, keyId: key, traceId, requestId, from, until, operation, branch, outcome };
}

async function* linesOf(batches: ReturnType<AuditService["export"]>): AsyncGenerator<string> {
  for await (const entries of batches) {
    yield entries.map((entry) => `${JSON.stringify(isoAuditEntry(entry))}\n`).join("");
  }
}
