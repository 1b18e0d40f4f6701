import { hash, randomBytes } from "node:crypto";

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** Random lower-case letters and digits, without those that look alike; 5 bits each. */
export function randomId(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]).join("");
}

/** A secret of 192 bits. */
export function randomSecret(): string {
  return randomBytes(24).toString("base64url");
}

export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
