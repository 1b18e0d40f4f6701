import { type Row, sameRow, sameValue } from "../../rows/values.js";

/** A row on which several bases disagree: nothing can be said to have changed from it. */
export const UNKNOWN = Symbol("unknown");
/** A row in a state, or undefined for "no such row". */
export type Place = Row | undefined;
export type BasePlace = Place | typeof UNKNOWN;

export type Verdict =
  | { readonly kind: "same" }
  /** The result of the merge, without a conflict. */
  | { readonly kind: "take"; readonly row: Place }
  /** Both sides changed the same cells differently; `row` has every undisputed cell. */
  | { readonly kind: "cells"; readonly columns: readonly number[]; readonly row: Row }
  /** One side deleted a row that the other changed, or both inserted it, or the base is unknown. */
  | { readonly kind: "row" };

/**
 * Merges one row by cell. The sides have the same columns by now: a column that one of them lacked counts as unchanged
 * there.
 */
export function threeWay(base: BasePlace, source: Place, target: Place): Verdict {
  if (source === undefined ? target === undefined : target !== undefined && sameRow(source, target))
    return { kind: "same" };
  if (base === UNKNOWN) return { kind: "row" };
  if (samePlace(target, base)) return { kind: "take", row: source };
  if (samePlace(source, base)) return { kind: "same" };
  if (source === undefined || target === undefined || base === undefined) return { kind: "row" };
  const disputed: number[] = [];
  const row = target.map((value, i) => {
    if (sameValue(source[i], value) || sameValue(source[i], base[i])) return value;
    if (!sameValue(value, base[i])) {
      disputed.push(i);
      return value;
    }
    return source[i]!;
  });
  if (disputed.length > 0) return { kind: "cells", columns: disputed, row };
  return sameRow(row, target) ? { kind: "same" } : { kind: "take", row };
}

/** The row of a folded base: the merge of both bases, or unknown if they conflict. */
export function foldPlaces(common: BasePlace, a: BasePlace, b: BasePlace): BasePlace {
  if (a === UNKNOWN || b === UNKNOWN) return UNKNOWN;
  const verdict = threeWay(common, a, b);
  if (verdict.kind === "same") return b;
  return verdict.kind === "take" ? verdict.row : UNKNOWN;
}

function samePlace(a: Place, b: Place): boolean {
  return a === undefined || b === undefined ? a === b : sameRow(a, b);
}
