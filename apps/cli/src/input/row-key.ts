import type { Key } from "@heliosdb/client";
import { UsageError } from "../errors/exit-codes.js";
import { parseJson } from "./json.js";

/** The key of a row: a JSON text, number or list of them; any other text is taken literally. */
export function rowKey(text: string): Key {
  if (!/^(["[{]|-?\d+(\.\d+)?$|true$|false$|null$)/.test(text)) return text;
  const value = parseJson("the key", text);
  const parts = Array.isArray(value) ? value : [value];
  if (parts.length === 0 || parts.some((part) => typeof part === "object" && part !== null)) {
    throw new UsageError(
      `Invalid key "${text}". Expected a value such as 5 or abc, or a list such as ["x",1] for a key of several columns.`,
    );
  }
  return value as Key;
}
