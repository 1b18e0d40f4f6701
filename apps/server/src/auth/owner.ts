import type { Identity } from "./identity.js";

/** Whose a transaction or a running query is: a token that was exchanged for a key speaks for the key. */
export function ownerOf({ keyId, userId }: Pick<Identity, "keyId" | "userId">): string {
  return keyId === null ? `user ${userId}` : `key ${keyId}`;
}
