import type { ApiKey } from "@heliosdb/client";

/** Keys of a user that are neither revoked nor expired. */
export function keysOf(user: string, keys: readonly ApiKey[], now = Date.now()): readonly ApiKey[] {
  return keys.filter(
    ({ userId, revokedAt, expiresAt }) =>
      userId === user && revokedAt === null && (expiresAt === null || expiresAt.getTime() > now),
  );
}
