import { Injectable } from "@nestjs/common";
import { allows } from "../access/scopes.js";
import type { Caller } from "../auth/caller.js";
import type { Identity } from "../auth/identity.js";
import { ownerOf } from "../auth/owner.js";
import { ApiError } from "../errors/api-error.js";
import { RunningQueries, type RunningQuery } from "./running-queries.js";

/** `finished`: it ended by itself, as it would have anyway. `stopping`: it has not ended yet. */
export type CancelOutcome = "cancelled" | "finished" | "stopping";

export interface Cancelled {
  readonly id: string;
  readonly outcome: CancelOutcome;
}

/** How long to wait for what is cancelled to end. */
const MOST_MS = 5_000;

/** Requests that are running in a tenant's database. */
@Injectable()
export class QueriesService {
  constructor(private readonly running: RunningQueries) {}

  /** The caller's own; an administrator whose key is not limited gets everybody's. */
  list({ identity, tenant }: Caller): readonly RunningQuery[] {
    const all = this.running.of(tenant);
    if (seesAll(identity)) return all;
    const owner = ownerOf(identity);
    return all.filter((query) => ownerOf(query.identity) === owner);
  }

  /** Resolves when it has ended, or after a while. Rejects with QUERY_NOT_FOUND if the caller has none with that id. */
  async cancel(caller: Caller, id: string): Promise<Cancelled> {
    const found = this.list(caller).filter((query) => query.id === id);
    if (found.length === 0) throw new ApiError("QUERY_NOT_FOUND");
    for (const { cancellation } of found) cancellation.cancel();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, MOST_MS);
    });
    await Promise.race([late, Promise.all(found.map(({ cancellation }) => cancellation.whenIdle()))]);
    clearTimeout(timer);
    if (found.some(({ cancellation }) => cancellation.isRunning)) return { id, outcome: "stopping" };
    const isStopped = found.some(({ cancellation }) => cancellation.hasStopped);
    return { id, outcome: isStopped ? "cancelled" : "finished" };
  }
}

/** What others run shows what is in the database. */
function seesAll({ scopes, branches, tables }: Identity): boolean {
  return allows(scopes, "admin") && branches === null && tables === null;
}
