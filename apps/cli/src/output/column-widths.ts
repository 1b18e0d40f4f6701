/** Columns between two columns of a table. */
export const GAP = 2;
/** A column is never made narrower than this. */
const LEAST = 4;

/**
 * The widths of a table's columns: those that they need, or, where the line has no room for them, narrower ones. The widest
 * give way first, all to the same width.
 */
export function fittedWidths(needed: readonly number[], room: number): readonly number[] {
  const left = room - GAP * (needed.length - 1);
  if (needed.reduce((sum, width) => sum + width, 0) <= left) return needed;
  let widest = Math.max(...needed);
  const total = () => needed.reduce((sum, width) => sum + Math.min(width, widest), 0);
  while (widest > LEAST && total() > left) widest--;
  const widths = needed.map((width) => Math.min(width, widest));
  // Those that were cut share what the last step left over.
  let spare = left - widths.reduce((sum, width) => sum + width, 0);
  return widths.map((width, index) => (spare > 0 && width < needed[index]! && spare-- > 0 ? width + 1 : width));
}
