import type { Value } from "@heliosdb/client";
import { UsageError } from "../errors/exit-codes.js";
import { parseJson } from "./json.js";
import { textFrom } from "./text.js";
import { columnsOf } from "./values.js";

/** Rows to insert: from `--set`, or from JSON in an argument, a file or stdin. */
export function rowsFrom(
  json: string | undefined,
  file: string | undefined,
  set: readonly string[] | undefined,
): readonly Readonly<Record<string, Value>>[] {
  if (set !== undefined) {
    if (json !== undefined || file !== undefined)
      throw new UsageError("Rows are given twice: as JSON and with --set. Use one of them.");
    return [columnsOf(set)];
  }
  const value = parseJson("the rows", textFrom("the rows", json, file));
  const rows = Array.isArray(value) ? value : [value];
  if (rows.length === 0 || !rows.every(isRow)) {
    throw new UsageError("Invalid rows. Expected a JSON object by column, or a non-empty list of such objects.");
  }
  return rows;
}

function isRow(value: unknown): value is Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
