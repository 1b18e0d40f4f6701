import { invalid, refused } from "./invalid.js";
import { type Notes, within } from "./scalars.js";
import type { Schema } from "./schema.js";

/** An integer in a URL, where every value is text. */
export function integerParameter(
  options: Notes & { minimum: number; maximum: number; default?: number },
): Schema<number> {
  return {
    json: { type: "integer", ...options },
    parts: [],
    parse(value, path) {
      if (typeof value !== "string" || !/^[+-]?\d{1,15}$/.test(value.trim())) {
        throw refused(path, `must be an integer, got '${String(value)}'`);
      }
      return within(Number(value), options.minimum, options.maximum, path);
    },
  };
}

/** `true` or `false` in a URL. */
export function booleanParameter(options: Notes & { default?: boolean } = {}): Schema<boolean> {
  return {
    json: { type: "boolean", ...options },
    parts: [],
    parse(value, path) {
      if (value === "true" || value === "1") return true;
      if (value === "false" || value === "0") return false;
      throw typeof value === "string"
        ? refused(path, `must be true or false, got '${value}'`)
        : invalid(path, "true or false", value);
    },
  };
}
