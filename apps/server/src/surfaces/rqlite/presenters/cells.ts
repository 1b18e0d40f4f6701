import { toBase64, type Value } from "@heliosdb/port";
import { jsonNumber, jsonString } from "./json-text.js";
import { isTimeType, timeOfInteger, timeOfText } from "./times.js";

/** Writes the values of a column as JSON, by its declared type in lower case. */
export function cellWriter(declared: string, blobArray: boolean): (value: Value) => string {
  const isTime = isTimeType(declared);
  const isBoolean = declared === "boolean";
  return (value) => {
    switch (typeof value) {
      case "bigint":
        if (isBoolean) return String(value > 0n);
        return isTime ? jsonTime(value) : String(value);
      case "number":
        return jsonNumber(value);
      case "string":
        return jsonString(isTime ? timeOfText(value) : value);
      default:
        if (value === null) return "null";
        return blobArray ? `[${value.join(",")}]` : `"${toBase64(value)}"`;
    }
  };
}

function jsonTime(value: bigint): string {
  const time = timeOfInteger(value);
  return time === null ? String(value) : `"${time}"`;
}

/** The type of a column without a declared one: that of its first value. */
export function typeOfValue(value: Value | undefined): string {
  switch (typeof value) {
    case "bigint":
      return "integer";
    case "number":
      return "real";
    case "string":
      return "text";
    default:
      return value ? "blob" : "";
  }
}
