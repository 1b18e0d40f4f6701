import type { Value } from "@heliosdb/port";
import { refuseInexact } from "../../../schema/exact-json.js";
import { custom, type Schema } from "../../../schema/index.js";
import { refused } from "../../../schema/invalid.js";
import { bindJson } from "./bind.js";

/** The key of one row in a URL: a JSON value, or a JSON array of the values of a composite key. */
export const rowKey: Schema<readonly Value[]> = custom(
  {
    type: "string",
    description:
      'The primary key as JSON: `5`, `"abc"`, or `["x", 1]` for a composite key in the order of its columns. For a ' +
      "table without a declared key, the rowid.",
    example: "5",
  },
  (value, path) => {
    const key = parseJson(String(value), path);
    const values = Array.isArray(key) ? key : [key];
    if (values.length === 0) throw refused(path, "must not be an empty list");
    for (const part of values) {
      if (typeof part === "object" && part !== null) {
        throw refused(path, "must be a string, number, boolean or null, or a list of these");
      }
    }
    return values.map((part) => bindJson(part, path));
  },
);

function parseJson(text: string, path: string): unknown {
  let key: unknown;
  try {
    key = JSON.parse(text);
  } catch {
    throw refused(path, `must be JSON, such as 5, "abc" or ["x", 1], with strings in double quotes`);
  }
  refuseInexact(text, key);
  return key;
}
