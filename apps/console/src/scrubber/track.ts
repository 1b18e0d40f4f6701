import { type Axis, axisOf } from "../axis/axis.js";
import type { Bucket } from "./steps.js";

/** The scrubber's track: places from 0 to 1, on which idle time takes little room. */
export interface Track {
  readonly axis: Axis;
  readonly bars: readonly Bar[];
}

/** A part with commits. */
export interface Bar {
  readonly bucket: Bucket;
  readonly from: number;
  readonly until: number;
  /** From 0 to 1. */
  readonly height: number;
}

const LEAST = 0.14;

export function trackOf(buckets: readonly Bucket[]): Track {
  const axis = axisOf(buckets.flatMap(({ first, last }) => [first.timestamp.getTime(), last.timestamp.getTime()]));
  const most = Math.max(1, ...buckets.map(({ commits }) => commits));
  const bars = buckets.map((bucket): Bar => {
    const [from, until] = [bucket.first, bucket.last].map(
      ({ timestamp }) => axis.at(timestamp.getTime()) / axis.length,
    );
    // By the root, so that few beside many are still seen.
    return { bucket, from: from!, until: until!, height: LEAST + (1 - LEAST) * Math.sqrt(bucket.commits / most) };
  });
  return { axis, bars };
}

/** The newest commit up to a place; within a part with several, as far along. */
export function scnAt({ bars }: Track, place: number): number | null {
  const bar = bars.findLast(({ from }) => from <= place + 1e-9) ?? bars[0];
  if (!bar) return null;
  const { first, last } = bar.bucket;
  if (place >= bar.until) return last.scn;
  const share = Math.max(0, (place - bar.from) / (bar.until - bar.from));
  return Math.round(first.scn + share * (last.scn - first.scn));
}

/** Where a commit is. */
export function placeOf({ bars }: Track, scn: number): number {
  const bar = bars.findLast(({ bucket }) => bucket.first.scn <= scn) ?? bars[0];
  if (!bar) return 0;
  const { first, last } = bar.bucket;
  if (scn >= last.scn) return bar.until;
  return bar.from + (Math.max(0, scn - first.scn) / (last.scn - first.scn)) * (bar.until - bar.from);
}
