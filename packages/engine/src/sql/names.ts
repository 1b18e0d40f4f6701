import { foldName } from "@heliosdb/port";

export { foldName, sameName } from "@heliosdb/port";

/** Prefix of all of the engine's own names in a branch file. */
export const RESERVED = "_helios_";

export function isReserved(name: string): boolean {
  return foldName(name).startsWith(RESERVED);
}

/** SQL for: the name in this column is not reserved. In a file, every other table is one of the engine's. */
export function isNotReserved(column: string): string {
  return `lower(substr(${column}, 1, ${RESERVED.length})) <> '${RESERVED}'`;
}

/** A name as an SQL identifier. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL string. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
