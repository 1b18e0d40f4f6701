import type { Branch } from "@heliosdb/client";

/** A branch for which history is kept beyond the limit. */
export interface Holder {
  readonly branch: Branch;
  readonly why: "unwritten" | "unmerged" | "merged";
}

/**
 * Branches that were made before the time up to which history would be removed. Merging them needs the state that they
 * were made from, and the changes since, of both sides.
 */
export function holdersOf(branches: readonly Branch[], historySeconds: number | null, now = Date.now()): Holder[] {
  if (historySeconds === null) return [];
  const end = now - historySeconds * 1000;
  return branches
    .filter(({ isDefault, forkedAt }) => !isDefault && forkedAt.getTime() < end)
    .sort((a, b) => a.forkedAt.getTime() - b.forkedAt.getTime())
    .map((branch) => ({ branch, why: whyOf(branch) }));
}

function whyOf({ isolated, state }: Branch): Holder["why"] {
  if (!isolated) return "unwritten";
  return state === "Merged" ? "merged" : "unmerged";
}

const UNITS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

/** `30 days`, `12 hours`, `no time`. */
export function durationText(seconds: number): string {
  for (const [size, unit] of UNITS) {
    if (seconds >= size && seconds % size === 0) {
      const count = seconds / size;
      return `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`;
    }
  }
  return seconds === 0 ? "no time" : `${seconds.toLocaleString("en")} seconds`;
}
