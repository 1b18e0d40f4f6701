import type { SchemaObject } from "../../schema/model.js";
import { foldName } from "../../sql/names.js";
import { nameOf, tokenize, withoutStyle } from "../../sql/tokenize.js";

/** True for texts that say the same to the letter: white space, comments and quotes around names don't count. */
export function isSameText(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return a === b;
  return spelled(a) === spelled(b);
}

/** As isSameText, where letter case doesn't count either. */
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

/** Of a text that both sides may have changed, which to take. Null: they changed it differently. */
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
