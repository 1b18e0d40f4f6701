import { sameName } from "../../sql/names.js";

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Prefix of temporary names, unlikely to be in use, for objects whose names are swapped. */
const TEMPORARY = "(renaming) ";

/** Renames one after the other. If some swap names, all get temporary names first. */
export function renameAll(renames: readonly Rename[], rename: (from: string, to: string) => void): void {
  const isSwap = renames.some(({ to }) => renames.some(({ from }) => sameName(from, to)));
  if (isSwap) for (const [i, { from }] of renames.entries()) rename(from, TEMPORARY + i);
  for (const [i, { from, to }] of renames.entries()) rename(isSwap ? TEMPORARY + i : from, to);
}
