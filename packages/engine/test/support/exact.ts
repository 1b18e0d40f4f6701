/** A value of SQLite's as a text that stands for no other, in which plain SQLite and the engine can be compared. */
export type Exact = string | null;

/** The SQL of the exact value of a column. Not every text is UTF-8, so texts are told by their bytes. */
export function exactSql(column: string): string {
  return exactSqlOf(sqlName(column));
}

/** The SQL of the exact value of what this SQL names, such as `new.a`. */
export function exactSqlOf(name: string): string {
  return `CASE typeof(${name}) WHEN 'integer' THEN 'i' || ${name} WHEN 'real' THEN CASE WHEN ${name} = 0 AND atan2(${name}, -1) < 0 THEN 'r-0.0' ELSE 'r' || quote(${name}) END WHEN 'text' THEN 't' || hex(${name}) WHEN 'blob' THEN 'b' || hex(${name}) END`;
}

export function sqlName(name: string): string {
  return /^[a-z_][a-z_0-9]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Words among the names of the model that can't stand alone. */
const RESERVED = new Set(["select", "case", "table", "index"]);

/** What a bound value is made from that gives the exact value again. */
export function bindable(exact: Exact): null | bigint | number | Buffer {
  if (exact === null) return null;
  const text = exact.slice(1);
  switch (exact[0]) {
    case "i":
      return BigInt(text);
    case "r":
      return Number(text);
    default:
      return Buffer.from(text, "hex");
  }
}

/** The placeholder for such a value: texts are bound by their bytes. */
export function placeholderOf(exact: Exact): string {
  return exact?.[0] === "t" ? "CAST(? AS TEXT)" : "?";
}

/** How an answer in JSON shows the value. */
export function cellOf(exact: Exact): string | number | null {
  const value = bindable(exact);
  if (exact === null || value === null) return null;
  if (Buffer.isBuffer(value)) return exact[0] === "t" ? value.toString() : value.toString("base64");
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Number.isFinite(value) ? value : value > 0 ? "Infinity" : "-Infinity";
}

/** Texts as people read them, for messages. */
export function readable(text: string): string {
  return text.replace(/"t((?:[0-9A-F]{2})+)"/g, (_, hex: string) => `"t ${Buffer.from(hex, "hex").toString()}"`);
}
