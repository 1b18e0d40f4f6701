import type { ApiKey } from "@heliosdb/client";

export type KeyState = "active" | "ending" | "expired" | "revoked";

/** A key that ends within this time is pointed out. */
const SOON_MS = 7 * 86_400_000;

export function keyState(
  { expiresAt, revokedAt }: Pick<ApiKey, "expiresAt" | "revokedAt">,
  now = Date.now(),
): KeyState {
  if (revokedAt !== null) return "revoked";
  if (expiresAt === null) return "active";
  if (expiresAt.getTime() <= now) return "expired";
  return expiresAt.getTime() - now < SOON_MS ? "ending" : "active";
}

export const isUsable = (state: KeyState) => state === "active" || state === "ending";

/** Keys that have the text in a name, an id, or their user's. */
export function foundKeys(keys: readonly ApiKey[], text: string, withEnded: boolean): readonly ApiKey[] {
  const wanted = text.trim().toLowerCase();
  return keys.filter(
    (key) =>
      (withEnded || isUsable(keyState(key))) &&
      [key.name, key.id, key.userId, key.clientId].some((each) => each?.toLowerCase().includes(wanted)),
  );
}
