/** 32 hex digits that nobody else has. Pages without https have no `crypto.randomUUID`. */
export function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
