import type { Cancellation } from "@heliosdb/port";
import type { Identity } from "../auth/identity.js";

/** A request, while the database works for it. */
export interface RunningQuery {
  /** Of its request. Clients may choose it, so several can have the same. */
  readonly id: string;
  readonly tenant: string;
  readonly identity: Identity;
  readonly operation: string;
  readonly branch: string | null;
  /** Its beginning; null where the request has none, or it is in no plain field. */
  readonly sql: string | null;
  /** Milliseconds since its request arrived. */
  readonly elapsedMs: number;
  readonly cancellation: Cancellation;
}

/** The requests of this server that may be using the database. */
export class RunningQueries {
  private readonly requests = new Set<RunningQuery>();

  begin(request: RunningQuery): void {
    this.requests.add(request);
  }

  /** The request is over for its client. The work may go on, where the client went away. */
  end(request: RunningQuery): void {
    if (!request.cancellation.isRunning) this.requests.delete(request);
    else void request.cancellation.whenIdle().then(() => this.requests.delete(request));
  }

  /** Those for which the database works now, oldest first. */
  of(tenant: string): readonly RunningQuery[] {
    return [...this.requests].filter((request) => request.tenant === tenant && request.cancellation.isRunning);
  }
}
