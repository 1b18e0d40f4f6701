import { writeExactJson } from "@heliosdb/port";
import { sha256 } from "../../util/ids.js";

/**
 * A request's meaning as a text of fixed length. It is made of checked values, so a field's other name, the order
 * of fields and blanks make no difference.
 */
export function fingerprintOf(operation: string, params: unknown, query: unknown, body: unknown): string {
  return sha256(writeExactJson(sorted([operation, params, query, body])));
}

/** The same value with the fields of its objects by name. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([name, field]) => [name, sorted(field)]));
}
