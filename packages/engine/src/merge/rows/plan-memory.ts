import { getHeapStatistics } from "node:v8";
import { HeliosError } from "@heliosdb/port";
import type { Row } from "../../rows/values.js";

/**
 * The part of the process's heap that the plan of one merge may take. The rest is for the rows in hand, for lists that
 * are sorted, and for garbage.
 */
export const PLAN_SHARE = 0.5;
/** Bytes of a changed row in a plan, of a value, and of a key that may have changed, beside their texts. */
const ROW = 160;
const VALUE = 24;

/**
 * Counts the memory of a merge's plan, roughly: keys that may have changed, changed rows, and all rows without a key, which
 * are compared as a whole. A merge that has too many is refused, where it would otherwise end the process for all.
 */
export class PlanMemory {
  private bytes = 0;

  constructor(private readonly most = getHeapStatistics().heap_size_limit * PLAN_SHARE) {}

  /** Throws RESOURCE_LIMIT. */
  add(row: Row | undefined): void {
    this.bytes += ROW;
    for (const value of row ?? []) this.bytes += VALUE + lengthOf(value);
    if (this.bytes > this.most) throw tooMany(this.most);
  }
}

function lengthOf(value: Row[number]): number {
  return typeof value === "string" || value instanceof Uint8Array ? value.length : 0;
}

function tooMany(most: number): HeliosError {
  return new HeliosError(
    "RESOURCE_LIMIT",
    `The merge has more changed rows than ${Math.round(most / 1_000_000)} MB of memory hold. Nothing was changed. Merge it in parts: first a branch that is forked from an earlier point in time of the source.`,
  );
}
