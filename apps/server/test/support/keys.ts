import { createHash } from "node:crypto";

/** A key as the server makes them, for catalogs that a test writes by itself. */
export function makeKey(id: string): string {
  return `hdb_${id}_${"s".repeat(32)}`;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
