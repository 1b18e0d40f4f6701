import type { SchemaObject } from "../../schema/model.js";
import { foldName } from "../../sql/names.js";
import { nameOf, tokenize, withoutStyle } from "../../sql/tokenize.js";

/** True for definitions that are the same to the letter, apart from white space, comments and quotes around names. */
export function isSameText(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return a === b;
  return spelled(a) === spelled(b);
}

/** Like isSameText, but also ignores letter case. */
export function isAlike(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return a === b;
  return withoutStyle(a) === withoutStyle(b);
}

export function sameObject(a: SchemaObject | undefined, b: SchemaObject | undefined): boolean {
  return isSameText(a?.sql, b?.sql);
}

export function objectKey(object: SchemaObject): string {
  return `${object.type} ${foldName(object.name)}`;
}

/** Merges a definition that both sides may have changed. Null: they changed it differently. */
export function mergeText(
  base: string | undefined,
  source: string | undefined,
  target: string | undefined,
): { readonly text: string | undefined } | null {
  if (isSameText(base, source) || isSameText(source, target)) return { text: target };
  if (isSameText(base, target)) return { text: source };
  return isAlike(source, target) ? { text: target } : null;
}

function spelled(sql: string): string {
  return tokenize(sql)
    .map((token) => (token.kind === "quoted" ? nameOf(token) : token.text))
    .join(" ");
}
