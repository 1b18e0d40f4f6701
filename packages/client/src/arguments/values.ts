import { toBase64 } from "./base64.js";

/** The types of a typed parameter. */
export type ParameterType =
  | "int4"
  | "int8"
  | "float4"
  | "float8"
  | "text"
  | "bool"
  | "timestamp"
  | "date"
  | "numeric"
  | "bytea"
  | "json"
  | "null";

export interface TypedValue {
  readonly type: ParameterType;
  readonly value?: unknown;
}

/** A value to send: any JSON value, a bigint, or bytes. A Date becomes its ISO 8601 text. */
export type Value = null | boolean | number | string | bigint | Date | Uint8Array | TypedValue;

/** Values for `$1`, `$2`, … or for each `?`, in order; or for `:name`, `@name` and `$name`, by name. */
export type ParameterValues = readonly Value[] | { readonly [name: string]: Value };

type WireValue = null | boolean | number | string | { type: ParameterType; value?: unknown };

/** Converts a value for the server. */
export function wireValue(value: Value): WireValue {
  if (typeof value === "bigint") return { type: "int8", value: value.toString() };
  if (value instanceof Uint8Array) return { type: "bytea", value: toBase64(value) };
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "function" || typeof value === "symbol") {
    throw new TypeError(
      `Invalid value: a ${typeof value}. Expected null, a boolean, a number, a text, a date or bytes.`,
    );
  }
  // JSON would silently write these as null.
  if (typeof value === "number" && !Number.isFinite(value)) return nonFinite(value);
  if (isTyped(value) && typeof value.value === "number" && !Number.isFinite(value.value)) {
    return { ...value, value: (nonFinite(value.value) as TypedValue).value };
  }
  return value;
}

export function wireParameters(params: ParameterValues): WireValue[] | Record<string, WireValue> {
  if (isList(params)) return params.map((value, i) => wireParameter(`$${i + 1}`, value));
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, wireParameter(`"${name}"`, value)]));
}

/** JSON would silently write as null what it has no form for. */
function wireParameter(name: string, value: Value | undefined): WireValue {
  if (value === undefined) throw new TypeError(`The value of ${name} is undefined. For no value, use null.`);
  return wireValue(value);
}

function isList(params: ParameterValues): params is readonly Value[] {
  return Array.isArray(params);
}

export function wireRow(row: Readonly<Record<string, Value | undefined>>): Record<string, WireValue> {
  const present = Object.entries(row).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  return Object.fromEntries(present.map(([column, value]) => [column, wireValue(value)]));
}

function isTyped(value: Value): value is TypedValue {
  return typeof value === "object" && value !== null && "type" in value;
}

function nonFinite(value: number): WireValue {
  if (Number.isNaN(value))
    throw new TypeError("Invalid value NaN. Expected a number that can be stored; for no value send null.");
  return { type: "float8", value: value > 0 ? "Infinity" : "-Infinity" };
}
