import type { IdentityInfo } from "../auth/identity-info.js";

/** A change, or a refused one, and its author. */
export interface AuditEntry {
  readonly id: number;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly userId: string;
  readonly keyId: string | null;
  readonly clientId: string | null;
  readonly method: IdentityInfo["method"];
  readonly address: string;
  /** Id of the operation. */
  readonly operation: string;
  readonly branch: string | null;
  /** The second object: a table, a merge's target, a key. */
  readonly object: string | null;
  readonly scn: number | null;
  /** HTTP status of the response. */
  readonly status: number;
  /** The error code; null if the request was successful. */
  readonly code: string | null;
  readonly replayed: boolean;
  readonly requestId: string;
  readonly traceId: string;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** The next page has entries with ids below this; null on the last page. */
  readonly next: number | null;
}

/** An entry before it is written. */
export interface NewAuditEntry extends Omit<AuditEntry, "id"> {
  /** The tenant's internal id: its name may belong to another tenant one day. */
  readonly tenant: string;
}
