import { type Exact, integerOf, MAX_INT64, MIN_INT64, realOf } from "./exact.js";
import { exactJsonText } from "./exact-json.js";

/** Values that JSON has no form for stand in it as they do in the API: `{"type": "bytea", "value": "AP8="}`. */
const READERS: Readonly<Record<string, (value: unknown) => Exact | undefined>> = {
  int4: integer,
  int8: integer,
  float4: real,
  float8: real,
  text: (value) => (typeof value === "string" ? value : undefined),
  bool: (value) => (typeof value === "boolean" ? value : undefined),
  bytea: bytes,
  json: (value) => exactJsonText(value),
};

/** A value of a JSON object. Lists and objects other than typed values stay what they are. */
export function typedValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { type, value: inner } = value as { type?: unknown; value?: unknown };
  if (typeof type !== "string" || !Object.hasOwn(READERS, type) || Object.keys(value).length !== 2) return value;
  return READERS[type]!(inner) ?? value;
}

function integer(value: unknown): Exact | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value)) return undefined;
  const big = BigInt(value);
  return big >= MIN_INT64 && big <= MAX_INT64 ? integerOf(big) : undefined;
}

function real(value: unknown): Exact | undefined {
  if (value === "Infinity" || value === "-Infinity") return Number(value);
  return typeof value === "number" ? realOf(value) : undefined;
}

function bytes(value: unknown): Exact | undefined {
  const isBase64 = typeof value === "string" && /^(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?$/.test(value);
  return isBase64 ? Buffer.from(value, "base64") : undefined;
}
