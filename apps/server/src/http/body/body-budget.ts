import { ApiError } from "../../errors/api-error.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    /** The request's share of the memory for bodies. It is given back when the response is over. */
    heldBody: BodyHold | null;
  }
}

/** Bytes of bodies that are in memory, of all callers together. */
export const BODIES_BYTES = 256 * 1024 * 1024;
/** How many of the largest bodies fit at least. */
const LARGEST_BODIES = 4;
/** Smaller bodies cost less than what Node keeps for each connection anyway. */
export const COUNTED_BODY = 16 * 1024;

/** One body's share. */
export interface BodyHold {
  /** Counts bytes that have arrived. Throws OVERLOADED where there are too many. */
  add(bytes: number): void;
  /** Calling it again changes nothing, and what arrives later isn't counted. */
  end(): void;
}

/**
 * Bounds the bodies that are in memory, from their arrival until their responses are over: a body waits in the queue of
 * its database, and is there several times meanwhile, as text and as values. Nobody gets more than is left for all others,
 * so that half of it is the most that one tenant can have.
 */
export class BodyBudget {
  private readonly byTenant = new Map<string, number>();
  private total = 0;
  private readonly most: number;

  /** @param largest bytes of the largest body that is allowed */
  constructor(largest: number) {
    this.most = Math.max(BODIES_BYTES, LARGEST_BODIES * largest);
  }

  get bytes(): number {
    return this.total;
  }

  /** @param tenant an empty text for callers who aren't known */
  hold(tenant: string): BodyHold {
    let held = 0;
    let isOver = false;
    return {
      add: (bytes) => {
        if (isOver) return;
        const mine = this.byTenant.get(tenant) ?? 0;
        const free = this.most - this.total;
        // A tenant's only body is as large as any body may be.
        if (bytes > free || (mine > held && mine + bytes > free)) throw tooManyBytes();
        held += bytes;
        this.total += bytes;
        this.byTenant.set(tenant, mine + bytes);
      },
      end: () => {
        isOver = true;
        if (held === 0) return;
        const left = this.byTenant.get(tenant)! - held;
        if (left === 0) this.byTenant.delete(tenant);
        else this.byTenant.set(tenant, left);
        this.total -= held;
        held = 0;
      },
    };
  }
}

function tooManyBytes(): ApiError {
  return new ApiError("OVERLOADED", "Too many large requests are under way. Try again shortly, or send smaller ones.");
}
