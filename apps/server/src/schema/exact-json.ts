import { ApiError } from "../errors/api-error.js";

/** A number whose value may differ from its text: a long one, or one with an exponent of two or more digits. */
const SUSPECT_NUMBER = /\d{16}|[eE][+-]?\d\d/;
const SURROGATE = /\\u[dD][89a-fA-F]/;
/** In this mode, a valid surrogate pair is one character. */
const HALF_OF_PAIR = /\p{Surrogate}/u;
/** A string, or a number with its fraction and exponent if it has them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(\.\d+)?([eE][+-]?\d+)?/g;
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);
/** No integer that a double represents exactly has more characters. */
const LONGEST = 17;
const SHOWN = 40;
/** Up to this many characters, looking at the text takes less time than looking at what was parsed. */
const SHORT_TEXT = 1024;

/**
 * Refuses JSON that JSON.parse would silently change: integers that it rounds, numbers outside the range of a double,
 * and texts that are invalid Unicode, which nothing behind it can keep. It scans the text, and examines it closely only
 * if necessary.
 */
export function refuseInexact(json: string, parsed: unknown): void {
  const isSuspect = (json.length <= SHORT_TEXT || holdsExtreme(parsed)) && SUSPECT_NUMBER.test(json);
  if (isSuspect) for (const token of json.matchAll(TOKEN)) checkNumber(token);
  if (SURROGATE.test(json)) checkTexts(parsed);
}

/**
 * Whether one of the numbers may have been changed: only those beyond 2^53 − 1, infinities and zeros. Large bodies are
 * mostly long texts, of which this looks at none. The body can be nested as deep as it is long, so it is not walked
 * recursively.
 */
function holdsExtreme(parsed: unknown): boolean {
  const left: unknown[] = [parsed];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "number") {
      if (value === 0 || Math.abs(value) > Number.MAX_SAFE_INTEGER) return true;
    } else if (Array.isArray(value)) {
      for (const each of value) left.push(each);
    } else if (value !== null && typeof value === "object") {
      for (const each of Object.values(value)) left.push(each);
    }
  }
  return false;
}

function checkNumber([token, fraction, exponent]: RegExpExecArray): void {
  if (token.startsWith('"')) return;
  if (fraction === undefined && exponent === undefined) {
    if (token.length < 16) return;
    // Converting a text of a million digits to a number would be wasted work.
    const value = token.length > LONGEST ? null : BigInt(token);
    if (value !== null && value <= LARGEST && value >= -LARGEST) return;
    throw refused(`The integer ${shown(token)} is beyond 2^53 − 1 and would lose digits. Send it as a string.`);
  }
  const value = Number(token);
  if (!Number.isFinite(value)) {
    throw refused(
      `The number ${shown(token)} is too large for a double. For infinity send {"type": "float8", "value": "Infinity"}, otherwise the digits as a string.`,
    );
  }
  if (value === 0 && /[1-9]/.test(token.split(/[eE]/)[0]!)) {
    throw refused(`The number ${shown(token)} is too small for a double. Send 0, or the digits as a string.`);
  }
}

/** Not recursively, as above. */
function checkTexts(parsed: unknown): void {
  const left: [value: unknown, path: string][] = [[parsed, ""]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [value, path] = next;
    if (typeof value === "string") checkText(value, path === "" ? "the body" : `'${path.slice(0, 200)}'`);
    else if (Array.isArray(value)) for (const [i, each] of value.entries()) left.push([each, `${path}[${i}]`]);
    else if (value !== null && typeof value === "object") {
      for (const [name, each] of Object.entries(value)) {
        checkText(name, path === "" ? "a name in the body" : `a name in '${path.slice(0, 200)}'`);
        left.push([each, path === "" ? name : `${path}.${name}`]);
      }
    }
  }
}

function checkText(text: string, where: string): void {
  const half = HALF_OF_PAIR.exec(text)?.[0];
  if (half === undefined) return;
  const escaped = `\\u${half.charCodeAt(0).toString(16)}`;
  throw refused(
    `The string in ${where} has the unpaired surrogate ${escaped}. Send both halves, or bytes as {"type": "bytea", "value": "<base64>"}.`,
  );
}

function shown(token: string): string {
  return token.length > SHOWN ? `${token.slice(0, SHOWN)}…` : token;
}

function refused(message: string): ApiError {
  return new ApiError("INVALID_FIELD", message);
}
