import { refused } from "../../schema/invalid.js";

/** Visible ASCII without comma and quotes: two such headers would arrive as one, joined by a comma. */
const FORM = /^[\x21\x23-\x2b\x2d-\x7e]{1,255}$/;

/** The key in a header, with or without the quotes of a structured header. Throws INVALID_FIELD. */
export function idempotencyKey(header: string | string[] | undefined, name = "Idempotency-Key"): string | undefined {
  if (header === undefined) return undefined;
  const text = typeof header === "string" ? header.trim() : header.join(",");
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (!FORM.test(key)) {
    throw refused(name, "must be 1 to 255 visible ASCII characters without commas and quotes, such as a UUID");
  }
  return key;
}
