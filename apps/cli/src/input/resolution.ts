import type { MergeResolution, Value } from "@heliosdb/client";
import { UsageError } from "../errors/exit-codes.js";
import { parseJson } from "./json.js";

const KEY_TYPES = ["bytea", "int8", "float8"] as const;

/** Parses `TABLE:KEY:COLUMN=CHOICE`, without the column for a whole row, without the key for the schema. */
export function resolution(text: string): MergeResolution {
  const [, table, rest] = /^([^:=]+)([:=].*)$/s.exec(text) ?? [];
  if (table === undefined || rest === undefined) throw wrong(text);
  if (rest.startsWith("=")) return { table, use: side(rest.slice(1), text) };
  const { key, after } = keyOf(rest.slice(1), text);
  const [, column, choice] = /^(?::([^=]+))?=(.*)$/s.exec(after) ?? [];
  if (choice === undefined) throw wrong(text);
  if (!choice.startsWith("value:")) return { table, key, column, use: side(choice, text) };
  const value = parseJson(`the value of "${text}"`, choice.slice("value:".length));
  if (column === undefined) return { table, key, use: "value", value: rowOrNull(value, text) };
  return { table, key, column, use: "value", value: cell(value, text) };
}

/** A key as conflicts show it, or JSON if it has several values, a colon or an equals sign. */
function keyOf(text: string, whole: string): { key: string | Value[]; after: string } {
  if (!/^["[]/.test(text)) {
    const end = text.search(/[:=]/);
    if (end < 1) throw wrong(whole);
    return { key: text.slice(0, end), after: text.slice(end) };
  }
  const [json] = /^(?:"(?:[^"\\]|\\.)*"|\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])/s.exec(text) ?? [];
  if (json === undefined) throw wrong(whole);
  const value = parseJson(`the key of "${whole}"`, json);
  return {
    key: Array.isArray(value) ? value.map((part) => keyPart(part, whole)) : String(value),
    after: text.slice(json.length),
  };
}

function side(choice: string, whole: string): "source" | "target" {
  if (choice !== "source" && choice !== "target") throw wrong(whole);
  return choice;
}

function rowOrNull(value: unknown, whole: string): Record<string, Value> | null {
  if (value === null) return null;
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new UsageError(
      `Invalid resolution "${whole}". Without a column, expected a JSON object with all columns of the row, or null.`,
    );
  }
  return Object.fromEntries(Object.entries(value).map(([column, one]) => [column, cell(one, whole)]));
}

/** Conflicts show values that JSON doesn't have as `{type, value}`. */
function keyPart(value: unknown, whole: string): Value {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return cell(value, whole);
  const { type, value: inner, ...others } = value as { type?: unknown; value?: unknown };
  const known = KEY_TYPES.find((name) => name === type);
  if (known !== undefined && typeof inner === "string" && Object.keys(others).length === 0)
    return { type: known, value: inner };
  throw new UsageError(
    `Invalid resolution "${whole}". Expected in the key JSON strings, numbers, or objects like {"type":"bytea","value":"AP8="}.`,
  );
}

function cell(value: unknown, whole: string): Value {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  throw new UsageError(
    `Invalid resolution "${whole}". Expected a JSON string, number, true, false or null as the value.`,
  );
}

function wrong(text: string): UsageError {
  return new UsageError(`Invalid resolution "${text}". Expected TABLE:KEY:COLUMN=source, =target or =value:JSON.`);
}
