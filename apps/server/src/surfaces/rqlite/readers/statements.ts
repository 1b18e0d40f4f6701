import { isUtf8 } from "node:buffer";
import type { Value } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import { NumberText, parseExactNumbers } from "./exact-numbers.js";

/** A value of a statement. */
export interface Argument {
  /** Null for one that is given by its place. */
  readonly name: string | null;
  readonly value: Value;
}

export interface GivenStatement {
  readonly sql: string;
  readonly arguments: readonly Argument[];
}

/**
 * A body: a JSON list of statements, each a string, or a list of a string and its values. Values are given by place or in
 * objects by name. Throws BAD_REQUEST, in rqlite's words.
 */
export function readStatements(bytes: Buffer): readonly GivenStatement[] {
  const body = readJson(bytes);
  if (!Array.isArray(body)) throw refused("invalid request");
  if (body.length === 0) throw refused("no statements");
  return body.map(readStatement);
}

function readJson(bytes: Buffer): unknown {
  // Bytes that are no UTF-8 would be kept as something else.
  if (!isUtf8(bytes)) throw refused("invalid JSON body");
  try {
    return parseExactNumbers(bytes.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw refused("invalid JSON body");
    throw error;
  }
}

function readStatement(item: unknown): GivenStatement {
  if (typeof item === "string") return { sql: wellFormed(item), arguments: [] };
  if (!Array.isArray(item) || typeof item[0] !== "string") throw refused("invalid request");
  return { sql: wellFormed(item[0]), arguments: item.slice(1).flatMap(readArguments) };
}

function readArguments(item: unknown): readonly Argument[] {
  if (!(item instanceof Map)) return [{ name: null, value: readValue(item) }];
  return [...item].map(([name, value]) => ({ name: name === "" ? null : wellFormed(name), value: readValue(value) }));
}

function readValue(value: unknown): Value {
  switch (typeof value) {
    case "bigint":
      return value;
    case "boolean":
      return value ? 1n : 0n;
    case "string":
      return wellFormed(value);
    default:
      if (value === null) return null;
      if (value instanceof NumberText) return readNumber(value.text);
      throw refused("unsupported type");
  }
}

/** An integer of 64 bits is one; any other number is a real. */
function readNumber(text: string): Value {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    if (BigInt.asIntN(64, value) === value) return value;
  }
  const real = Number(text);
  if (!Number.isFinite(real)) throw refused(`invalid number ${text}`);
  return real;
}

/** Half of a surrogate pair could be kept by nothing behind this. */
function wellFormed(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw refused("invalid request: a string has half of a surrogate pair");
  return text;
}

function refused(message: string): ApiError {
  return new ApiError("BAD_REQUEST", message);
}
