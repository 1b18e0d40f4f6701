/** What SQLite makes of a value that is stored in a column (https://sqlite.org/datatype3.html). */
export type Affinity = "integer" | "real" | "numeric" | "text" | "blob";

export function affinityOf(declared: string): Affinity {
  const type = declared.toUpperCase();
  if (type.includes("INT")) return "integer";
  if (/CHAR|CLOB|TEXT/.test(type)) return "text";
  if (type === "" || type.includes("BLOB")) return "blob";
  if (/REAL|FLOA|DOUB/.test(type)) return "real";
  return "numeric";
}

/** What a text of a CSV file must be for a column. */
export type Kind = "integer" | "real" | "boolean" | "bytes" | "text";

export function kindOf(declared: string): Kind {
  if (/^BOOL/i.test(declared)) return "boolean";
  if (/BLOB|^BYTEA/i.test(declared)) return "bytes";
  const affinity = affinityOf(declared);
  return affinity === "integer" || affinity === "real" ? affinity : "text";
}
