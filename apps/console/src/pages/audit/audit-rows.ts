import type { AuditEntry, Row } from "@heliosdb/client";
import type { RowSource } from "../shared/export/export-rows.js";

const COLUMNS = [
  ...["time", "user", "key", "client", "method", "address", "operation", "branch", "object", "scn"],
  ...["status", "code", "replayed", "request_id", "trace_id"],
];

/** The log as rows for a file. */
export function auditRows(entries: AsyncIterable<AuditEntry>): RowSource {
  return {
    columns: COLUMNS,
    async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
      for await (const entry of entries) yield rowOf(entry);
    },
  };
}

function rowOf(entry: AuditEntry): Row {
  return {
    time: entry.time.toISOString(),
    user: entry.userId,
    key: entry.keyId,
    client: entry.clientId,
    method: entry.method,
    address: entry.address,
    operation: entry.operation,
    branch: entry.branch,
    object: entry.object,
    scn: entry.scn,
    status: entry.status,
    code: entry.code,
    replayed: entry.replayed,
    request_id: entry.requestId,
    trace_id: entry.traceId,
  };
}
