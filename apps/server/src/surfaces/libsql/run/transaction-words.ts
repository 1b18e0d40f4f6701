import type { TransactionMode } from "@heliosdb/port";

/** A statement that begins or ends something, or sets the stream. Names are folded. */
export type Control =
  | { readonly verb: "BEGIN"; readonly mode: TransactionMode }
  | { readonly verb: "COMMIT" | "ROLLBACK" }
  | { readonly verb: "SAVEPOINT" | "RELEASE" | "ROLLBACK TO"; readonly name: string }
  | { readonly verb: "FOREIGN KEYS"; readonly on: boolean | null }
  | { readonly verb: "DEFER FOREIGN KEYS"; readonly on: boolean };

const MODES: { readonly [word: string]: TransactionMode } = {
  IMMEDIATE: "write",
  EXCLUSIVE: "write",
  CONCURRENT: "write",
  READONLY: "read",
  DEFERRED: "deferred",
};

const PRAGMA = /^pragma\s+(?:main\s*\.\s*)?(foreign_keys|defer_foreign_keys)\s*(?:=\s*(\w+)|\(\s*(\w+)\s*\))?$/i;
const ON = ["ON", "YES", "TRUE", "1"];

/** Null for any other statement. */
export function controlOf(sql: string): Control | null {
  const [, pragma, equal, call] = PRAGMA.exec(sql) ?? [];
  if (pragma !== undefined) return settingOf(pragma.toLowerCase(), equal ?? call);
  const words = sql.toUpperCase().split(/\s+/);
  const [verb] = words;
  switch (verb) {
    case "BEGIN": {
      const mode = words.find((word) => Object.hasOwn(MODES, word));
      return { verb, mode: mode === undefined ? "deferred" : MODES[mode]! };
    }
    case "COMMIT":
    case "END":
      return { verb: "COMMIT" };
    case "SAVEPOINT":
    case "RELEASE":
      return {
        verb,
        name: words
          .at(-1)!
          .replaceAll(/["'`[\]]/g, "")
          .toLowerCase(),
      };
    case "ROLLBACK":
      return words.includes("TO")
        ? {
            verb: "ROLLBACK TO",
            name: words
              .at(-1)!
              .replaceAll(/["'`[\]]/g, "")
              .toLowerCase(),
          }
        : { verb };
    default:
      return null;
  }
}

function settingOf(pragma: string, value: string | undefined): Control | null {
  const on = value === undefined ? null : ON.includes(value.toUpperCase());
  if (pragma === "foreign_keys") return { verb: "FOREIGN KEYS", on };
  return on === null ? null : { verb: "DEFER FOREIGN KEYS", on };
}
