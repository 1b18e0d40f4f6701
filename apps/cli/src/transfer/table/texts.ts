import { type Exact, MAX_INT64, MIN_INT64 } from "../values/exact.js";

const [MINUS, ZERO, NINE] = [45, 48, 57];
const INTEGER = /^[-+]?\d{1,19}$/;
const REAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const BYTES = /^\\x((?:[0-9a-f]{2})*)$/i;
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  "1": true,
  false: false,
  f: false,
  "0": false,
};

export function isInteger(text: string): boolean {
  if (!INTEGER.test(text)) return false;
  const value = BigInt(text.replace("+", ""));
  return value >= MIN_INT64 && value <= MAX_INT64;
}

export function isReal(text: string): boolean {
  return REAL.test(text);
}

export function isBoolean(text: string): boolean {
  return Object.hasOwn(BOOLEANS, text.toLowerCase());
}

/**
 * Reads a text as the value of a column, or is undefined if it is none. A text that the column itself makes a number of is
 * left as it is: SQLite does it exactly, and for less.
 */
export type TextReader = (text: string) => Exact | undefined;

/** For a column of INTEGER affinity. */
export function readInteger(text: string): Exact | undefined {
  if (isShortInteger(text)) return text;
  const trimmed = text.trim();
  return isInteger(trimmed) ? trimmed : undefined;
}

/** Without a pattern, which takes twice the time. */
function isShortInteger(text: string): boolean {
  const from = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (text.length > 15 || text.length === from) return false;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return false;
  }
  return true;
}

/** For a column of REAL affinity. */
export function readReal(text: string): Exact | undefined {
  if (REAL.test(text)) return text;
  const trimmed = text.trim();
  if (REAL.test(trimmed)) return trimmed;
  const [, sign, infinity] = /^([-+]?)(inf(?:inity)?)$/i.exec(trimmed) ?? [];
  return infinity === undefined ? undefined : sign === "-" ? -Infinity : Infinity;
}

export function readBoolean(text: string): Exact | undefined {
  const key = text.trim().toLowerCase();
  return Object.hasOwn(BOOLEANS, key) ? BOOLEANS[key] : undefined;
}

export function readBytes(text: string): Exact | undefined {
  const hex = BYTES.exec(text)?.[1];
  return hex === undefined ? undefined : Buffer.from(hex, "hex");
}
