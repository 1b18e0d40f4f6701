export type XKind = "number" | "time" | "text";

export interface ChartSeries {
  readonly name: string;
  /** One for each x; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** What a chart draws. */
export interface ChartData {
  readonly kind: XKind;
  /** Numbers; milliseconds since 1970; or texts. */
  readonly xs: readonly (number | string)[];
  readonly series: readonly ChartSeries[];
  /** Of x, where it is more than the values have. */
  readonly domain?: readonly [number, number];
}

/** The smallest and the largest number; null where there is none. */
export function extentOf(values: Iterable<number | string | null>): readonly [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (typeof value !== "number") continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}
