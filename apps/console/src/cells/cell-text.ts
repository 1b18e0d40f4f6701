import type { Cell, ColumnType } from "@heliosdb/client";
import { bytes, shortened } from "../util/text.js";

/** How a cell looks in a grid: its text, and what kind of value it is. */
export interface CellText {
  readonly text: string;
  readonly kind: "null" | "number" | "text" | "bool" | "blob" | "json" | "empty";
}

const MOST = 200;

export function cellText(value: unknown, type: ColumnType): CellText {
  if (value === null || value === undefined) return { text: "NULL", kind: "null" };
  if (typeof value === "boolean") return { text: String(value), kind: "bool" };
  if (typeof value === "number" || typeof value === "bigint") return { text: String(value), kind: "number" };
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (type === "bytea") return { text: `blob, ${bytes(blobSize(text))}`, kind: "blob" };
  if ((type === "int8" || type === "int4") && /^-?\d+$/.test(text)) return { text, kind: "number" };
  if (text === "") return { text: "empty", kind: "empty" };
  return { text: shortened(text.replaceAll(/[\r\n\t]+/g, " ⏎ "), MOST), kind: type === "json" ? "json" : "text" };
}

/** Bytes of what base64 stands for. */
export function blobSize(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return Math.max(0, Math.floor((base64.length * 3) / 4) - padding);
}

/** Whether a value has more to it than one line of a grid shows. */
export function isLong(value: unknown, type: ColumnType): boolean {
  if (type === "bytea" || type === "json") return value !== null;
  return typeof value === "string" && (value.length > 60 || value.includes("\n"));
}

/** What stands in an editor. */
export function editText(value: Cell | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}
