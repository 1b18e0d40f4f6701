import { style } from "./style.js";
import { type Fit, PLAIN, type TableLook } from "./table.js";

/** Columns of a terminal that does not tell how many it has. */
const USUAL = 80;

/** The look of tables on stdout: fitted and coloured on a terminal, plain elsewhere. */
export function lookOf(fit: Fit = "cut"): TableLook {
  const { isTTY, columns } = process.stdout;
  if (!isTTY) return PLAIN;
  return { fit, room: columns || USUAL, heading: style.heading, missing: style.faint };
}
