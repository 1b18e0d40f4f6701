import { Real } from "./exact.js";
import { exactJsonText } from "./exact-json.js";

/** A value as JSON: integers with all their digits, and what JSON has no form for as the API takes it. */
export function jsonText(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return value.toString();
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : `{"type":"float8","value":"${value}"}`;
    case "object":
      if (value instanceof Real) return value.toString();
      if (value instanceof Uint8Array) return `{"type":"bytea","value":"${Buffer.from(value).toString("base64")}"}`;
      return exactJsonText(value);
    default:
      return JSON.stringify(value ?? null);
  }
}

/** Names with their values, as one JSON object on one line. */
export function jsonObjectText(names: readonly string[]): (values: readonly unknown[]) => string {
  const heads = names.map((name) => `${JSON.stringify(name)}:`);
  return (values) => `{${heads.map((head, index) => head + jsonText(values[index])).join(",")}}`;
}
