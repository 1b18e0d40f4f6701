import { formatMicros } from "@heliosdb/port";
import type { AuditEntry, AuditPage } from "../../../../audit/audit-entry.js";
import { boolean, integer, listOf, named, nullable, objectOf, text, word } from "../../../../schema/index.js";
import { nextCursor } from "../../schemas/cursor.js";
import type { TimeWriter } from "../view/times.js";
import { type Views, view } from "../view/view.js";

/** The documents have no audit log, so the dialects differ only in times. */
export function auditViews<T>(prefix: string, time: TimeWriter<T>): Pick<Views, "auditPage"> {
  const entry = named(
    `${prefix}AuditEntry`,
    objectOf({
      id: integer(),
      time: time.schema,
      user_id: text({ example: "alice@example.com" }),
      key_id: nullable(text({ example: "k_7f3k2m9q4w8x" })),
      client_id: nullable(text()),
      method: word(["jwt", "api_key", "none"], { description: "How the request was authenticated." }),
      address: text({ description: "Address of the client.", example: "192.0.2.7" }),
      operation: text({ example: "mergeBranch" }),
      branch: nullable(text({ description: "The name or id in the request.", example: "feature-user-auth" })),
      object: nullable(
        text({ description: "What else was affected: a table, a merge's target, a key.", example: "main" }),
      ),
      scn: nullable(integer({ description: "The commit that was created." })),
      status: integer({ description: "Status of the response.", example: 200 }),
      code: nullable(
        text({ description: "The error code; null if the request was successful.", example: "MERGE_CONFLICT" }),
      ),
      replayed: boolean({ description: "True if the response was a repeated one, for the same Idempotency-Key." }),
      request_id: text({ example: "req_m3k9x2a1" }),
      trace_id: text({ example: "4bf92f3577b34da6a3ce929d0e0e4736" }),
    }),
  );
  return {
    auditPage: view(
      named(`${prefix}AuditPage`, objectOf({ entries: listOf(entry), next_cursor: nextCursor })),
      (page: AuditPage) => ({
        entries: page.entries.map((one) => ({ ...fieldsOf(one), time: time.write(one.at) })),
        next_cursor: page.next === null ? null : String(page.next),
      }),
    ),
  };
}

/** A line of an export, the same in every dialect. */
export function isoAuditEntry(entry: AuditEntry) {
  return { ...fieldsOf(entry), time: formatMicros(entry.at) };
}

function fieldsOf(entry: AuditEntry) {
  return {
    id: entry.id,
    time: "",
    user_id: entry.userId,
    key_id: entry.keyId,
    client_id: entry.clientId,
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
