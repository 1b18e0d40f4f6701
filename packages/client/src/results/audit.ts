import type { components } from "../generated/schema.js";
import { dateOf } from "./times.js";

/** A change, or a refused one, and its author. */
export interface AuditEntry {
  readonly id: number;
  readonly time: Date;
  readonly userId: string;
  readonly keyId: string | null;
  readonly clientId: string | null;
  /** How the request was authenticated. */
  readonly method: "jwt" | "api_key" | "none";
  readonly address: string;
  /** The operation's id in the API's document: `mergeBranch`. */
  readonly operation: string;
  /** The branch, as the request named it. */
  readonly branch: string | null;
  /** The second object: a table, a merge's target, a key. */
  readonly object: string | null;
  /** The commit that was created. */
  readonly scn: number | null;
  /** The response's status. */
  readonly status: number;
  /** The error code; null if the request was successful. */
  readonly code: string | null;
  /** The response was a replay for the same idempotency key. */
  readonly replayed: boolean;
  readonly requestId: string;
  readonly traceId: string;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** The `cursor` of the next page; null on the last. */
  readonly nextCursor: string | null;
}

export function auditPageOf(wire: components["schemas"]["AuditPage"]): AuditPage {
  return {
    entries: wire.entries.map((entry) => auditEntryOf(entry, dateOf(entry.time))),
    nextCursor: wire.next_cursor,
  };
}

export function auditEntryOf(wire: Omit<components["schemas"]["AuditEntry"], "time">, time: Date): AuditEntry {
  return {
    id: wire.id,
    time,
    userId: wire.user_id,
    keyId: wire.key_id,
    clientId: wire.client_id,
    method: wire.method,
    address: wire.address,
    operation: wire.operation,
    branch: wire.branch,
    object: wire.object,
    scn: wire.scn,
    status: wire.status,
    code: wire.code,
    replayed: wire.replayed,
    requestId: wire.request_id,
    traceId: wire.trace_id,
  };
}
