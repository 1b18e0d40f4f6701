/**
 * A time axis on which idle time takes little room: a gap between two events is as wide as a root of its length, so that a
 * burst of commits and the months before it can be seen together. Places are numbers from 0 on.
 */
export interface Axis {
  readonly length: number;
  /** The place of a moment, in milliseconds. */
  at(moment: number): number;
  /** The moment of a place. */
  moment(place: number): number;
}

const POWER = 0.3;
/** So that events of the same moment don't cover each other. */
const LEAST = 0.12;

/** @param moments of events, in any order; milliseconds */
export function axisOf(moments: readonly number[]): Axis {
  const times = [...new Set(moments)].sort((a, b) => a - b);
  while (times.length < 2) times.push((times.at(-1) ?? -1000) + 1000);
  const places = [0];
  for (let index = 1; index < times.length; index++) {
    places.push(places[index - 1]! + LEAST + ((times[index]! - times[index - 1]!) / 1000) ** POWER);
  }
  const [first, length] = [times[0]!, places.at(-1)!];
  return {
    length,
    at: (moment) => between(times, places, moment) + beyond(moment, first, times.at(-1)!),
    moment: (place) => between(places, times, place) + (place < 0 ? place : Math.max(0, place - length)) * 1000,
  };
}

/** Before the first event and after the last, a second is as wide as one. */
function beyond(moment: number, first: number, last: number): number {
  if (moment < first) return (moment - first) / 1000;
  return moment > last ? (moment - last) / 1000 : 0;
}

/** On the line through the points; its end outside of them. */
function between(from: readonly number[], to: readonly number[], value: number): number {
  if (value <= from[0]!) return to[0]!;
  if (value >= from.at(-1)!) return to.at(-1)!;
  let [low, high] = [0, from.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= value) low = middle;
    else high = middle;
  }
  const share = (value - from[low]!) / (from[high]! - from[low]!);
  return to[low]! + share * (to[high]! - to[low]!);
}
