import type { Axis } from "../axis/axis.js";

/** The time that is in sight, in milliseconds. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

const LEAST = 0.2;
/** Around the first and the last event, of the length of the axis. */
const MARGIN = 0.03;

/** Everything. */
export function wholeOf(axis: Axis): Window {
  const margin = axis.length * MARGIN;
  return { from: axis.moment(-margin), until: axis.moment(axis.length + margin) };
}

/** Closer for a factor below 1; what lies at `share` of the width stays there. */
export function zoomed(window: Window, factor: number, share: number, axis: Axis): Window {
  const [from, until] = [axis.at(window.from), axis.at(window.until)];
  const most = axis.length * (1 + 2 * MARGIN);
  const next = Math.max(LEAST, Math.min(most, (until - from) * factor));
  const start = from + (until - from - next) * share;
  return within(start, next, axis);
}

/** Moved by a part of its width. */
export function panned(window: Window, share: number, axis: Axis): Window {
  const [from, until] = [axis.at(window.from), axis.at(window.until)];
  return within(from + (until - from) * share, until - from, axis);
}

/** Places at the same distance from each other, with their moments and the time around each. */
export function ticks(
  window: Window,
  count: number,
  axis: Axis,
): readonly { share: number; moment: number; span: number }[] {
  const [from, until] = [axis.at(window.from), axis.at(window.until)];
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 0.5) / count;
    const [before, moment, after] = [-0.5, 0, 0.5].map((by) =>
      axis.moment(from + (share + by / count) * (until - from)),
    );
    return { share, moment: moment!, span: after! - before! };
  });
}

function within(start: number, width: number, axis: Axis): Window {
  const margin = axis.length * MARGIN;
  const from = Math.max(-margin, Math.min(axis.length + margin - width, start));
  return { from: axis.moment(from), until: axis.moment(from + width) };
}
