import { toBase64 } from "./json-cell.js";

/**
 * JSON that keeps every `Value` apart, for channels and files that take text. Anything that is no value of a row stands
 * as it does in JSON. A string that begins with `~` is one of these:
 *
 * | text       | means                                                     |
 * | ---------- | --------------------------------------------------------- |
 * | `~i5`      | the bigint 5                                              |
 * | `~b…`      | bytes, as base64                                          |
 * | `~r…`      | a number that JSON can't write: Infinity, -Infinity, -0   |
 * | `~~…`      | the string after the first `~`                            |
 *
 * A field that is undefined is left out, as in JSON.
 */
const TAG = "~";
const TAG_CODE = 126;
/** A bigint of fewer digits passes through a double unchanged, which is faster to read. */
const SHORT = 15;

/** A value that JSON.stringify can write. Throws TypeError for a function or a symbol. */
export function toExactJson(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return value.charCodeAt(0) === TAG_CODE ? TAG + value : value;
    case "bigint":
      return `~i${value}`;
    case "number":
      return isPlain(value) ? value : `~r${Object.is(value, -0) ? "-0" : value}`;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return encodeList(value);
      return value instanceof Uint8Array ? `~b${toBase64(value)}` : encodeObject(value);
    case "boolean":
    case "undefined":
      return value;
    default:
      throw new TypeError(`A ${typeof value} can't be written as JSON`);
  }
}

/** The inverse, of what JSON.parse gives. Lists and objects are changed in place. Throws TypeError for an unknown tag. */
export function fromExactJson(json: unknown): unknown {
  if (typeof json === "string") return json.charCodeAt(0) === TAG_CODE ? decodeTagged(json) : json;
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) {
    for (let i = 0; i < json.length; i++) {
      const item = json[i];
      if (isCoded(item)) json[i] = fromExactJson(item);
    }
    return json;
  }
  const fields = json as { [name: string]: unknown };
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    if (isCoded(field)) setField(fields, name, fromExactJson(field));
  }
  return json;
}

export function writeExactJson(value: unknown): string {
  return JSON.stringify(toExactJson(value));
}

export function readExactJson(text: string): unknown {
  return fromExactJson(JSON.parse(text));
}

function isCoded(json: unknown): boolean {
  return typeof json === "string" ? json.charCodeAt(0) === TAG_CODE : typeof json === "object" && json !== null;
}

function isPlain(value: number): boolean {
  return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
}

function encodeList(list: readonly unknown[]): unknown[] {
  const json = new Array<unknown>(list.length);
  for (let i = 0; i < list.length; i++) json[i] = toExactJson(list[i]);
  return json;
}

function encodeObject(value: object): object {
  const json: { [name: string]: unknown } = {};
  const fields = value as { readonly [name: string]: unknown };
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    if (field !== undefined) setField(json, name, toExactJson(field));
  }
  return json;
}

/** A column may be called "__proto__": assigned to, it would set a prototype. */
function setField(fields: { [name: string]: unknown }, name: string, value: unknown): void {
  if (name === "__proto__") Object.defineProperty(fields, name, { value, ...PLAIN_FIELD });
  else fields[name] = value;
}

const PLAIN_FIELD = { enumerable: true, configurable: true, writable: true };

function decodeTagged(text: string): unknown {
  const rest = text.slice(2);
  switch (text[1]) {
    case "i":
      return BigInt(rest.length <= SHORT ? Number(rest) : rest);
    case "b":
      return bytesOf(rest);
    case "r":
      return Number(rest);
    case TAG:
      return text.slice(1);
    default:
      throw new TypeError(`Unknown tag in ${JSON.stringify(text.slice(0, 20))}`);
  }
}

/** A plain Uint8Array: a Buffer would show its own methods to whoever gets it. */
function bytesOf(base64: string): Uint8Array {
  const buffer = Buffer.from(base64, "base64");
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
