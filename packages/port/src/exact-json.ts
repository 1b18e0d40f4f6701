import { toBase64 } from "./json-cell.js";
import { quoted } from "./quoted.js";

/**
 * JSON that preserves every `Value` exactly, for channels and files of text. Everything that is not a row's value is
 * plain JSON. A string that begins with `~` is one of these:
 *
 * | text       | means                                                     |
 * | ---------- | --------------------------------------------------------- |
 * | `~i5`      | the bigint 5                                              |
 * | `~b…`      | bytes, as base64                                          |
 * | `~r…`      | a number that JSON can't write: Infinity, -Infinity, -0   |
 * | `~c…`      | a constant (see `constant`): its own exact JSON, with other characters for the quotes and backslashes |
 * | `~~…`      | the string after the first `~`                            |
 *
 * A field that is undefined is left out, as in JSON.
 */
const TAG = "~";
const TAG_CODE = 126;
/** A bigint with fewer digits passes through a double unchanged, which is faster to read. */
const SHORT = 15;
/** The items of a list that are written one by one. */
const FEW = 16;

/** Private-use characters that replace `"` and `\` in a constant, so that its text needs no escapes. */
const [QUOTE, BACKSLASH] = ["\ue000", "\ue001"];
const LONGEST_CONSTANT = 4096;
const MOST_CONSTANTS = 2_000;

const written = new WeakMap<object, string>();
const known = new Map<string, unknown>();

/**
 * Declares that a list never changes and is sent often: it is written once, and a reader gets one frozen value every
 * time that it is sent.
 */
export function constant<T extends readonly unknown[]>(value: T): T {
  const text = writeExactJson(value);
  if (text.length > LONGEST_CONSTANT || text.includes(QUOTE) || text.includes(BACKSLASH)) return value;
  written.set(value, `~c${text.replaceAll('"', QUOTE).replaceAll("\\", BACKSLASH)}`);
  return value;
}

/** Throws TypeError for a function or a symbol. */
export function writeExactJson(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return `"~i${value}"`;
    case "string":
      return quoted(value.charCodeAt(0) === TAG_CODE ? TAG + value : value);
    case "object":
      if (value === null || value instanceof Uint8Array) break;
      if (!Array.isArray(value)) return writeFields(value);
      if (value.length <= FEW) return writeFew(value);
  }
  // Of long lists it is quicker to make one that JSON.stringify can write.
  return JSON.stringify(encodeExact(value));
}

function writeFields(object: object): string {
  const fields = object as { readonly [name: string]: unknown };
  let text = "";
  for (const name in fields) {
    const field = fields[name];
    if (field !== undefined) text += `${text === "" ? "" : ","}${quoted(name)}:${writeExactJson(field)}`;
  }
  return `{${text}}`;
}

function writeFew(list: readonly unknown[]): string {
  const constant = written.get(list);
  if (constant !== undefined) return `"${constant}"`;
  let text = "";
  for (let i = 0; i < list.length; i++) text += (i === 0 ? "" : ",") + writeExactJson(list[i] ?? null);
  return `[${text}]`;
}

export function readExactJson(text: string): unknown {
  const json = JSON.parse(text);
  return text.includes(`"${TAG}`) ? decodeExact(json) : json;
}

/**
 * Encodes exact values so that JSON.stringify can write the result; for a part of a message that is known to contain
 * all of its exact values. Only parts that contain one are copied.
 */
export function encodeExact(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return value.charCodeAt(0) === TAG_CODE ? TAG + value : value;
    case "bigint":
      return `~i${value}`;
    case "number":
      return isPlain(value) ? value : `~r${Object.is(value, -0) ? "-0" : value}`;
    case "boolean":
    case "undefined":
      return value;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return written.get(value) ?? encodedList(value);
      return value instanceof Uint8Array ? `~b${toBase64(value)}` : encodedObject(value);
    default:
      throw new TypeError(`A ${typeof value} can't be written as JSON`);
  }
}

function encodedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const item = encodeExact(list[i]);
    if (item === list[i]) continue;
    copy ??= [...list];
    copy[i] = item;
  }
  return copy ?? list;
}

function encodedObject(value: object): object {
  const fields = value as { readonly [name: string]: unknown };
  let copy: { [name: string]: unknown } | null = null;
  for (const name in fields) {
    const field = fields[name];
    const item = encodeExact(field);
    if (item === field) continue;
    copy ??= { ...fields };
    setField(copy, name, item);
  }
  return copy ?? value;
}

function isPlain(value: number): boolean {
  return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
}

/**
 * The inverse of encodeExact, for the result of JSON.parse. Lists and objects are changed in place. Throws TypeError
 * for an unknown tag.
 */
export function decodeExact(json: unknown): unknown {
  if (typeof json === "string") return json.charCodeAt(0) === TAG_CODE ? decodeTagged(json) : json;
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) {
    for (let i = 0; i < json.length; i++) {
      const item = json[i];
      if (isCoded(item)) json[i] = decodeExact(item);
    }
    return json;
  }
  const fields = json as { [name: string]: unknown };
  for (const name in fields) {
    const field = fields[name];
    if (isCoded(field)) setField(fields, name, decodeExact(field));
  }
  return json;
}

function isCoded(json: unknown): boolean {
  return typeof json === "string" ? json.charCodeAt(0) === TAG_CODE : typeof json === "object" && json !== null;
}

/** A column may be called "__proto__": an assignment would set the prototype. */
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
    case "c":
      return constantOf(rest);
    case TAG:
      return text.slice(1);
    default:
      throw new TypeError(`Unknown tag in ${JSON.stringify(text.slice(0, 20))}`);
  }
}

function constantOf(text: string): unknown {
  let value = known.get(text);
  if (value === undefined) {
    value = frozen(readExactJson(text.replaceAll(QUOTE, '"').replaceAll(BACKSLASH, "\\")));
    if (known.size >= MOST_CONSTANTS) known.clear();
    known.set(text, value);
  }
  return value;
}

function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  for (const item of Object.values(value)) frozen(item);
  return Object.freeze(value);
}

/** A plain Uint8Array: a Buffer would expose its own methods. */
function bytesOf(base64: string): Uint8Array {
  const buffer = Buffer.from(base64, "base64");
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
