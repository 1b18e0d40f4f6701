import type { Value } from "@heliosdb/client";

/** What somebody typed for a parameter: a number, true, false or null as such, anything else and all in quotes a text. */
export function parameterValue(typed: string): Value {
  const text = typed.trim();
  if (/^null$/i.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (/^-?(0|[1-9]\d*)$/.test(text)) {
    const value = BigInt(text);
    if (BigInt.asIntN(64, value) !== value) return typed;
    return Number.isSafeInteger(Number(text)) ? Number(text) : value;
  }
  if (/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const quoted = /^'([\s\S]*)'$/.exec(text)?.[1];
  return quoted === undefined ? typed : quoted.replaceAll("''", "'");
}
