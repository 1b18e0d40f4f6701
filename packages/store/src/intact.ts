import { createHash } from "node:crypto";

/** Whether bytes of a base are those that were stored. */
export function isIntact(bytes: Uint8Array, digest: Buffer): boolean {
  return createHash("sha256").update(bytes).digest().equals(digest);
}
