import type { Bases } from "@heliosdb/store";
import { compactSome } from "./compact-some.js";
import type { CompactionLimits } from "./limits.js";

/**
 * Moves the base of a log on, up to this entry at most, in as many transactions as that takes. It stays where it is while
 * somebody else moves it, or needs it there.
 */
export async function compactLog(bases: Bases, name: string, last: number, limits: CompactionLimits): Promise<void> {
  for (let [before, seq]: [number, number | null] = [-1, 0]; seq !== null && seq > before && seq < last; ) {
    before = seq;
    seq = await bases.move(name, (base) => compactSome(base, last, limits));
  }
}
