import type { BindValue, Cell } from "@heliosdb/port";

/**
 * A value of SQLite's as a text that stands for no other, or null: `i` an integer, `r` a real, `t` a text, `x` the bytes
 * of a text that is no UTF-8, `b` those of a blob. What a cell in an answer leaves open, these tell apart.
 */
export type ExactValue = string | null;

const [LOWEST, HIGHEST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** The SQL of the two result columns that an exact value is read from. */
export function exactColumns(column: string): readonly string[] {
  return [`typeof(${column})`, `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END`];
}

/** An exact value from the cells of those two columns. */
export function exactOf(type: Cell | undefined, value: Cell | undefined): ExactValue {
  switch (type) {
    case "integer":
      return `i${value}`;
    case "real":
      return `r${value}`;
    case "text": {
      const bytes = Buffer.from(value as string, "base64");
      const text = bytes.toString();
      return Buffer.from(text).equals(bytes) ? `t${text}` : `x${value}`;
    }
    case "blob":
      return `b${value}`;
    default:
      return null;
  }
}

/** Whether a text, which may come from anywhere, is an exact value. */
export function isExact(text: string): boolean {
  const value = text.slice(1);
  switch (text[0]) {
    case "i":
      return /^-?\d{1,19}$/.test(value) && BigInt(value) >= LOWEST && BigInt(value) <= HIGHEST;
    case "r":
      return value !== "" && !Number.isNaN(Number(value));
    case "x":
    case "b":
      return /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    default:
      return text[0] === "t";
  }
}

/**
 * The placeholder of an exact value. A text is bound by its bytes, since not every text of a file can pass through
 * JavaScript; the plus takes the type of the cast away, so that a column is compared as with any bound value.
 */
export function placeholder(value: string): string {
  return value[0] === "t" || value[0] === "x" ? "+CAST(? AS TEXT)" : "?";
}

export function bindExact(exact: string): BindValue {
  const value = exact.slice(1);
  switch (exact[0]) {
    case "i":
      return { int: value };
    case "r":
      return { real: value === "Infinity" || value === "-Infinity" ? value : Number(value) };
    case "t":
      return { blob: Buffer.from(value).toString("base64") };
    default:
      return { blob: value };
  }
}
