import type { Place } from "./grid-types.js";

/** Where a key leads in a grid; null for a key that moves nothing. */
export function moved(
  place: Place,
  key: string,
  withControl: boolean,
  rows: number,
  columns: number,
  page: number,
): Place | null {
  const { row, column } = place;
  const at = (toRow: number, toColumn: number): Place => ({
    row: Math.max(0, Math.min(rows - 1, toRow)),
    column: Math.max(0, Math.min(columns - 1, toColumn)),
  });
  switch (key) {
    case "ArrowDown":
      return at(row + 1, column);
    case "ArrowUp":
      return at(row - 1, column);
    case "ArrowRight":
      return at(row, column + 1);
    case "ArrowLeft":
      return at(row, column - 1);
    case "PageDown":
      return at(row + page, column);
    case "PageUp":
      return at(row - page, column);
    case "Home":
      return withControl ? at(0, 0) : at(row, 0);
    case "End":
      return withControl ? at(rows - 1, columns - 1) : at(row, columns - 1);
    default:
      return null;
  }
}
