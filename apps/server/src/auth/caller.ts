import type { Cancellation, DatabasePort, Repeatable } from "@heliosdb/port";
import type { Identity } from "./identity.js";

/** Who asks a service for something, and on which database. Surfaces make it; services know no more of a request. */
export interface Caller {
  readonly identity: Identity;
  /** Internal id of the identity's tenant. */
  readonly tenant: string;
  /** Of that tenant, within the limits of the identity. */
  readonly database: DatabasePort;
  /** Given to the port with everything that may take long, so that it can be stopped. */
  readonly cancellation: Cancellation;
  /** Given to the port with the effect of a request that may be sent again, so that it takes effect once. */
  readonly effectId?: string;
}

/** A request of the port without what the caller adds to it. */
export type Unauthored<R> = Omit<R, "author" | keyof Repeatable>;

/** The request with its author, and with the id by which it takes effect once. */
export function withAuthor<R extends object>(caller: Caller, request: R): R & { readonly author: string } & Repeatable {
  const { userId: author } = caller.identity;
  // Spread once: V8 copies what stands first in a literal fast, and what stands behind it slowly.
  return caller.effectId === undefined ? { ...request, author } : { ...request, author, ...takesEffectOnce(caller) };
}

/** It may be sent again long after. */
export function takesEffectOnce({ effectId }: Caller): Repeatable {
  return effectId === undefined ? {} : { requestId: effectId, remembered: "long" };
}
