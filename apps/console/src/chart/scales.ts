import { scaleLinear, scaleTime } from "d3-scale";
import { shortened } from "../util/text.js";
import { tickTime } from "../util/time.js";
import { type ChartData, extentOf } from "./chart-data.js";

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface XScale {
  /** The middle of an entry, in pixels. */
  readonly at: (index: number) => number;
  /** Pixels that belong to one entry; 0 where entries have no width. */
  readonly step: number;
  readonly ticks: readonly Tick[];
}

const TICK_WIDTH = 84;
const LONGEST_TICK = 12;
const HALF_DAY = 12 * 3_600_000;

/** @param isBanded whether each entry has a place of its own, as bars and texts need it */
export function xScale({ kind, xs, domain }: ChartData, from: number, to: number, isBanded: boolean): XScale {
  const most = Math.max(2, Math.floor((to - from) / TICK_WIDTH));
  const extent = domain ?? extentOf(xs as readonly number[]);
  if (isBanded || kind === "text" || !extent) {
    const step = (to - from) / Math.max(1, xs.length);
    const at = (index: number) => from + (index + 0.5) * step;
    const every = Math.max(1, Math.ceil(xs.length / most));
    const ticks = xs.flatMap((x, index) => (index % every === 0 ? [{ at: at(index), text: xText(kind, x) }] : []));
    return { at, step, ticks };
  }
  const at = (scale: (x: number) => number) => (index: number) => scale(xs[index] as number);
  if (kind === "number") {
    const scale = scaleLinear([...extent], [from, to]);
    const ticks = scale.ticks(most).map((tick) => ({ at: scale(tick), text: numberText(tick) }));
    return { at: at(scale), step: 0, ticks };
  }
  const scale = scaleTime([...extent], [from, to]);
  const times = scale.ticks(most);
  const gap = (times[1]?.getTime() ?? 0) - (times[0]?.getTime() ?? 0);
  const format = gap < HALF_DAY ? (time: Date) => tickTime(time, gap) : scale.tickFormat(most);
  return { at: at(scale), step: 0, ticks: times.map((time) => ({ at: scale(time), text: format(time) })) };
}

export interface YScale {
  readonly at: (value: number) => number;
  readonly zero: number;
  readonly ticks: readonly Tick[];
}

const TICK_HEIGHT = 38;

/** @param fromZero otherwise only where zero is near to the values */
export function yScale(
  { series }: ChartData,
  top: number,
  bottom: number,
  fromZero: boolean,
  text: (value: number) => string,
): YScale {
  let [low, high] = extentOf(values(series)) ?? [0, 1];
  if (fromZero || (low > 0 && low < high / 2)) low = Math.min(0, low);
  if (fromZero || (high < 0 && high > low / 2)) high = Math.max(0, high);
  if (low === high) high = low + (low === 0 ? 1 : Math.abs(low) / 2);
  const count = Math.max(2, Math.floor((bottom - top) / TICK_HEIGHT));
  const scale = scaleLinear([low, high], [bottom, top]).nice(count);
  const ticks = scale.ticks(count).map((tick) => ({ at: scale(tick), text: text(tick) }));
  const [least = low, most = high] = scale.domain();
  return { at: scale, zero: scale(Math.min(Math.max(0, least), most)), ticks };
}

function* values(series: ChartData["series"]): Generator<number | null> {
  for (const each of series) yield* each.values;
}

function xText(kind: ChartData["kind"], x: number | string): string {
  if (typeof x === "string") return shortened(x.replaceAll(/\s+/g, " "), LONGEST_TICK);
  return kind === "time" ? new Date(x).toLocaleDateString("en-GB", { day: "numeric", month: "short" }) : numberText(x);
}

const PLAIN = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });

export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 100_000) return COMPACT.format(value);
  return size !== 0 && size < 1e-6 ? value.toExponential(2) : PLAIN.format(value);
}
