import { HeliosError } from "@heliosdb/port";
import { foldName } from "./names.js";
import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "./tokenize.js";

/**
 * When a batch has its foreign keys checked. `at once`: as SQLite does by default. `deferred`: at the commit, with the
 * actions of each key as usual. `off`: not enforced, no actions, and checked at the end of the batch.
 */
export type ForeignKeyMode = "at once" | "deferred" | "off";

/** A statement's setting for its batch. */
export type BatchSetting =
  | { readonly kind: "foreign keys"; readonly mode: ForeignKeyMode }
  /** PRAGMA foreign_key_check: the check that happens at the end anyway, now. */
  | { readonly kind: "check" };

const ON = ["ON", "YES", "TRUE", "1"];
const OFF = ["OFF", "NO", "FALSE", "0"];

/**
 * Parses the PRAGMAs that every tool puts around the rebuild of a table. They apply only to their batch, on whatever
 * connection it runs. Null for any other statement. Throws INVALID_SQL for a value that is neither on nor off.
 */
export function parseBatchSetting(sql: string): BatchSetting | null {
  if (!/^\s*pragma\b/i.test(sql)) return null;
  const tokens = tokenize(sql).filter((token) => !isSymbol(token, ";"));
  const rest =
    isSymbol(tokens[2], ".") && isName(tokens[1]) && foldName(nameOf(tokens[1])) === "main"
      ? tokens.slice(3)
      : tokens.slice(1);
  const name = isName(rest[0]) ? foldName(nameOf(rest[0])) : "";
  if (name === "foreign_key_check" && rest.length === 1) return { kind: "check" };
  if (name !== "foreign_keys" && name !== "defer_foreign_keys") return null;
  const isOn = readSwitch(sql, rest.slice(1));
  if (isOn === null) return null;
  if (name === "foreign_keys") return { kind: "foreign keys", mode: isOn ? "at once" : "off" };
  return { kind: "foreign keys", mode: isOn ? "deferred" : "at once" };
}

/** Null if the PRAGMA reads its value, which is a query. */
function readSwitch(sql: string, tokens: readonly Token[]): boolean | null {
  if (tokens.length === 0) return null;
  const value = isSymbol(tokens[0], "=") ? tokens.slice(1) : isSymbol(tokens[0], "(") ? tokens.slice(1, -1) : [];
  const text = value.length === 1 ? value[0]!.value.toUpperCase() : "";
  if (ON.includes(text)) return true;
  if (OFF.includes(text)) return false;
  throw new HeliosError("INVALID_SQL", `Invalid PRAGMA "${sql.trim()}". Expected ON or OFF as its value.`);
}

/**
 * A CREATE TEMPORARY TABLE in a batch, as an ordinary table that exists until the end of the batch; null for other
 * statements. Without IF NOT EXISTS: a table that is there already would pass for it, and be gone at the end.
 */
export function temporaryTable(sql: string): { readonly sql: string; readonly name: string } | null {
  if (!/^\s*create\s+temp/i.test(sql)) return null;
  const tokens = tokenize(sql);
  if (!isWord(tokens[1], "TEMP", "TEMPORARY") || !isWord(tokens[2], "TABLE")) return null;
  const at = isWord(tokens[3], "IF") ? 6 : 3;
  const named = tokens[at];
  if (!isName(named)) return null;
  // As in SQLite. With a schema, it would be a table that stays.
  if (isSymbol(tokens[at + 1], ".")) {
    throw new HeliosError("INVALID_SQL", "The name of a temporary table must be unqualified: leave out the schema.");
  }
  return { sql: `${sql.slice(0, tokens[1]!.start)}TABLE ${sql.slice(named.start)}`, name: nameOf(named) };
}
