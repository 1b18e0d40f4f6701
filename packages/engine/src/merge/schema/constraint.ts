import { HeliosError } from "@heliosdb/port";
import { isSqliteFailure } from "../../file/sqlite-error.js";

/** Converts SQLite's error about a merged row to the caller's error; leaves any other error unchanged. */
export function constraintError(error: unknown, table: string, key: string | null, physical = table): unknown {
  if (!isSqliteFailure(error) || !/^SQLITE_(CONSTRAINT|MISMATCH)/.test(error.code)) return error;
  return constraint(table, key, error.message.replaceAll(`${physical}.`, `${table}.`));
}

/** The merged state breaks a constraint: nothing is merged. */
export function constraint(table: string, key: string | null, text: string): HeliosError {
  const place = key === null ? `table ${table}` : `table ${table}, key ${key}`;
  return new HeliosError(
    "MERGE_CONSTRAINT",
    `The merged state would break a constraint: ${text} (${place}). Nothing was changed.`,
    { table, ...(key === null ? {} : { key }), constraint: text },
  );
}
