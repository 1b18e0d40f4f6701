import type { Json, Value } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import { refused } from "../../../schema/invalid.js";

/** The types of a typed parameter; the last two are other names of `text` and `bool`. */
export const PARAMETER_TYPES = [
  "int4",
  "int8",
  "float4",
  "float8",
  "text",
  "bool",
  "timestamp",
  "date",
  "numeric",
  "bytea",
  "json",
  "null",
  "string",
  "boolean",
] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

const INT4_MAX = 2 ** 31 - 1;
const INT8_MAX = 2n ** 63n - 1n;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** A JSON number as SQLite gets it: 5 is an integer, 5.5 a real. */
export function bindNumber(value: number): Value {
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** A plain JSON value. Lists and objects have no SQL type, so they are bound as their JSON text. */
export function bindJson(value: Json, path: string): Value {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number") return bindNumber(value);
  if (typeof value === "boolean") return value ? 1n : 0n;
  return jsonText(value, path);
}

/** `{type, value}`, with the value checked against its type. */
export function bindTyped(type: ParameterType, value: Json, path: string): Value {
  if (value === null) return null;
  switch (type) {
    case "int4":
      return BigInt(integerWithin(value, INT4_MAX, path));
    case "int8":
      return int8(value, path);
    case "float4":
    case "float8":
      return real(type, value, path);
    case "numeric":
      return numeric(value, path);
    case "text":
    case "string":
      if (typeof value !== "string") throw mismatch(path, type, "a text");
      return value;
    case "bool":
    case "boolean":
      if (typeof value !== "boolean") throw mismatch(path, type, "true or false");
      return value ? 1n : 0n;
    case "timestamp":
      return timestamp(value, path);
    case "date":
      if (typeof value !== "string" || !DATE.test(value)) throw mismatch(path, type, "a string like 2025-12-01");
      return value;
    case "bytea":
      if (typeof value !== "string" || !BASE64.test(value)) throw mismatch(path, type, "base64 text");
      return Buffer.from(value, "base64");
    case "json":
      return jsonText(value, path);
    case "null":
      throw mismatch(path, type, "null");
  }
}

/** JSON can be parsed at any depth, but only written as deep as the stack allows. */
function jsonText(value: Json, path: string): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw error instanceof RangeError ? refused(path, "is nested too deeply") : error;
  }
}

function integerWithin(value: Json, max: number, path: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value > max || value < -max - 1) {
    throw mismatch(path, "int4", "a 32-bit integer");
  }
  return value;
}

function int8(value: Json, path: string): Value {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^[+-]?\d{1,19}$/.test(value)) {
    const big = BigInt(value);
    if (big <= INT8_MAX && big >= -INT8_MAX - 1n) return big;
  }
  throw mismatch(path, "int8", "a 64-bit integer, as a string beyond 2^53 − 1");
}

function real(type: "float4" | "float8", value: Json, path: string): Value {
  if (value === "Infinity" || value === "-Infinity") return Number(value);
  if (typeof value !== "number") throw mismatch(path, type, "a number");
  if (type === "float4" && !Number.isFinite(Math.fround(value))) throw mismatch(path, type, "a 32-bit number");
  return value;
}

function numeric(value: Json, path: string): Value {
  if (typeof value === "number") return bindNumber(value);
  if (typeof value !== "string" || !DECIMAL.test(value))
    throw mismatch(path, "numeric", "a number or a decimal string");
  if (/^[+-]?\d{1,19}$/.test(value)) {
    const big = BigInt(value);
    if (big <= INT8_MAX && big >= -INT8_MAX - 1n) return big;
  }
  // A double has 15 exact digits; longer numbers stay text, so that a column can keep every digit.
  const digits = value
    .replace(/[eE].*$/, "")
    .replace(/\D/g, "")
    .replace(/^0+/, "");
  const double = Number(value);
  return digits.length <= 15 && Number.isFinite(double) ? double : value;
}

function timestamp(value: Json, path: string): Value {
  if (typeof value === "number") return bindNumber(value);
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw mismatch(path, "timestamp", "a number or an ISO 8601 string");
}

function mismatch(path: string, type: string, expected: string): ApiError {
  return new ApiError("PARAM_TYPE", `'${path}' has the type ${type}, whose value must be ${expected}.`, {
    field: path,
  });
}
