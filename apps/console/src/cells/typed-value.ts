import type { ColumnType, Value } from "@heliosdb/client";

/** A typed text as a value for a column; or what is wrong with it. */
export type Typed = { readonly value: Value } | { readonly fault: string };

/** SQLite takes any value in any column, but a text in a column of numbers is most likely a slip. */
export function typedValue(text: string, type: ColumnType): Typed {
  const trimmed = text.trim();
  switch (type) {
    case "int4":
    case "int8":
      return /^[+-]?\d+$/.test(trimmed) ? integer(trimmed) : { fault: `Expected a whole number, got “${text}”.` };
    case "float8":
    case "numeric": {
      const value = Number(trimmed);
      const isNumber = trimmed !== "" && Number.isFinite(value);
      return isNumber ? { value } : { fault: `Expected a number, got “${text}”.` };
    }
    case "bool":
      if (/^(true|1|yes)$/i.test(trimmed)) return { value: true };
      if (/^(false|0|no)$/i.test(trimmed)) return { value: false };
      return { fault: `Expected true or false, got “${text}”.` };
    case "json":
      try {
        JSON.parse(text);
        return { value: text };
      } catch {
        return { fault: "Expected JSON." };
      }
    case "bytea":
      return { fault: "A blob can't be typed. Use SQL with a parameter." };
    default:
      return { value: text };
  }
}

function integer(text: string): Typed {
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) return { fault: "Expected a whole number of 64 bits." };
  return { value: Number.isSafeInteger(Number(value)) ? Number(value) : value };
}
