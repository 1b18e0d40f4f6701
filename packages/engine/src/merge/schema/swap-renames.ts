import { sameName } from "../../sql/names.js";

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Begins names that nobody is likely to give, for what must be out of the way while names are exchanged. */
const ASIDE = "(renaming) ";

/** Renames one after the other; where some take each other's names, all are put aside first. */
export function renameAll(renames: readonly Rename[], rename: (from: string, to: string) => void): void {
  const isExchange = renames.some(({ to }) => renames.some(({ from }) => sameName(from, to)));
  if (isExchange) for (const [i, { from }] of renames.entries()) rename(from, ASIDE + i);
  for (const [i, { from, to }] of renames.entries()) rename(isExchange ? ASIDE + i : from, to);
}
