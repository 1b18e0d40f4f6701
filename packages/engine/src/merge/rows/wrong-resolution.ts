import { HeliosError, type MergeResolution, type Value } from "@heliosdb/port";
import { keyText } from "../../rows/values.js";
import { toSqlite } from "../../values/parameters.js";

/** The error of a resolution that can't be followed; `what` completes a sentence about it. */
export function wrong(
  each: MergeResolution,
  what: string,
  code: "INVALID_FIELD" | "INVALID_MERGE" = "INVALID_FIELD",
): HeliosError {
  const key = each.key === undefined ? "" : `, key ${textOf(each.key)}`;
  const column = each.column === undefined ? "" : `, column ${each.column}`;
  return new HeliosError(code, `The resolution for ${each.table}${key}${column} ${what}.`, {
    table: each.table,
  });
}

function textOf(key: Value | readonly Value[]): string {
  return keyText((Array.isArray(key) ? key : [key as Value]).map(toSqlite));
}
