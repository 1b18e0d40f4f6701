/** Prefix of everything of the engine's own inside a branch file. */
export const RESERVED = "_helios_";

export function isReserved(name: string): boolean {
  return name.toLowerCase().startsWith(RESERVED);
}

/** A name as an SQL identifier. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL string. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** SQLite compares names without regard to ASCII letter case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
