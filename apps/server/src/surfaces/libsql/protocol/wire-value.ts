import type { Value } from "@heliosdb/port";
import { ProtocolError } from "./protocol-error.js";

/** A value on the wire. An integer is a text, since numbers lose digits; a blob has no padding. */
export type WireValue =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "blob"; readonly base64: string };

/** One decoder that clients use takes blobs without padding only. */
export function wireValue(value: Value): WireValue {
  switch (typeof value) {
    case "bigint":
      return { type: "integer", value: value.toString() };
    case "number":
      return { type: "float", value };
    case "string":
      return { type: "text", value };
    default:
      if (value === null) return { type: "null" };
      return { type: "blob", base64: Buffer.from(value).toString("base64").replace(/=+$/, "") };
  }
}

/** The value that a client sent. Its type is the storage class: a float stays one, also if it is whole. */
export function parseValue(wire: unknown): Value {
  if (typeof wire !== "object" || wire === null) throw invalid(wire);
  const { type, value, base64 } = wire as { readonly [field: string]: unknown };
  switch (type) {
    case "null":
      return null;
    case "integer":
      if (typeof value === "string" && /^[+-]?\d{1,19}$/.test(value)) return BigInt(value);
      if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
      throw invalid(wire);
    case "float":
      if (typeof value === "number") return value;
      throw invalid(wire);
    case "text":
      if (typeof value === "string") return value;
      throw invalid(wire);
    case "blob":
      if (typeof base64 === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return Buffer.from(base64, "base64");
      throw invalid(wire);
    default:
      throw invalid(wire);
  }
}

function invalid(wire: unknown): ProtocolError {
  const shown = JSON.stringify(wire) ?? String(wire);
  return new ProtocolError(
    "ARGS_INVALID",
    `Invalid value ${shown.slice(0, 80)}. Expected {"type":"null"}, or integer, float or text with "value", or blob with "base64".`,
  );
}
