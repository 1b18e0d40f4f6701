import { hash, randomBytes } from "node:crypto";
import { customAlphabet } from "nanoid";

/** Random lower-case letters and digits, without those that look alike; 5 bits each. */
export const randomId: (length: number) => string = customAlphabet("abcdefghijkmnpqrstuvwxyz23456789");

/** A secret of 192 bits. */
export function randomSecret(): string {
  return randomBytes(24).toString("base64url");
}

export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
