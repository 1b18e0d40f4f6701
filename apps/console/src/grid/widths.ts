import type { ColumnType } from "@heliosdb/client";
import { cellText } from "../cells/cell-text.js";

const CHARACTER = 7.4;
const LEAST = 72;
const MOST = 340;
const LOOKED_AT = 40;

/** Pixels that fit the heading, a name and a note behind it, and most of the first values. */
export function columnWidth(name: string, type: ColumnType, values: readonly unknown[], note = ""): number {
  const lengths = values.slice(0, LOOKED_AT).map((value) => cellText(value, type).text.length);
  const longest = Math.max(name.length + note.length + (note === "" ? 2 : 4), ...lengths);
  return Math.round(Math.min(MOST, Math.max(LEAST, longest * CHARACTER + 24)));
}
