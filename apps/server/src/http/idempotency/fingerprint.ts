import { toExactJson } from "@heliosdb/port";
import { sha256 } from "../../util/ids.js";

/**
 * A request's meaning as a text of fixed length. It is made of checked values, so a field's other name, the order
 * of fields and blanks make no difference.
 */
export function fingerprintOf(operation: string, params: unknown, query: unknown, body: unknown): string {
  return sha256(JSON.stringify(toExactJson([operation, params, query, body]), sortedFields));
}

function sortedFields(_: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
