import { type PointerEvent, useId, useMemo, useRef, useState } from "react";
import { fullTime } from "../util/time.js";
import { useBox } from "../util/use-box.js";
import type { ChartData } from "./chart-data.js";
import { Marks, type MarksKind } from "./marks.js";
import { numberText, xScale, yScale } from "./scales.js";

interface ChartProps {
  readonly label: string;
  readonly kind: MarksKind;
  readonly data: ChartData;
  readonly height: number;
  readonly fromZero?: boolean;
  readonly text?: (value: number) => string;
  /** Named below the chart; for several series always. */
  readonly withLegend?: boolean;
}

const LEFT = 52;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;
/** Of half a character, about. */
const HALF_LETTER = 3.2;
const COLOURS = 8;

/** Lines, bars or points, with the values under the pointer. */
export function Chart({ label, kind, data, height, fromZero = false, text = numberText, withLegend }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useBox(place)?.width ?? null;
  const clip = useId();
  const [near, setNear] = useState<number | null>(null);
  const drawn = useMemo(() => {
    if (width === null) return null;
    const x = xScale(data, LEFT, width - RIGHT, kind === "bar");
    return { x, y: yScale(data, TOP, height - BOTTOM, fromZero || kind === "bar", text) };
  }, [data, width, height, kind, fromZero, text]);
  const onMove = (event: PointerEvent) => {
    if (!drawn || !place.current) return;
    setNear(nearest(event.clientX - place.current.getBoundingClientRect().left, data.xs.length, drawn.x.at));
  };
  const index = near !== null && near < data.xs.length ? near : null;
  const { series } = data;
  return (
    <figure className="chart">
      <div ref={place} className="chart-place" onPointerMove={onMove} onPointerLeave={() => setNear(null)}>
        {drawn && width !== null && (
          <svg width={width} height={height} role="img" aria-label={label}>
            {drawn.y.ticks.map(({ at, text: said }) => (
              <g key={at}>
                <path className="chart-line" d={`M${LEFT} ${at}H${width - RIGHT}`} />
                <text className="chart-text" x={LEFT - 8} y={at + 4} textAnchor="end">
                  {said}
                </text>
              </g>
            ))}
            {drawn.x.ticks
              .filter(({ at, text: said }) => at + said.length * HALF_LETTER < width)
              .map(({ at, text: said }) => (
                <text key={at} className="chart-text" x={at} y={height - 6} textAnchor="middle">
                  {said}
                </text>
              ))}
            <clipPath id={clip}>
              <rect x={LEFT} y={0} width={Math.max(0, width - LEFT - RIGHT)} height={height - BOTTOM + 4} />
            </clipPath>
            <g clipPath={`url(#${clip})`}>
              <Marks kind={kind} series={series} x={drawn.x} y={drawn.y} />
            </g>
            {index !== null && <path className="chart-near" d={`M${drawn.x.at(index)} ${TOP}V${height - BOTTOM}`} />}
          </svg>
        )}
        {drawn && width !== null && index !== null && (
          <div
            className="chart-tip"
            style={
              drawn.x.at(index) > width / 2
                ? { right: width - drawn.x.at(index) + 10 }
                : { left: drawn.x.at(index) + 10 }
            }
          >
            <strong>{xName(data, index)}</strong>
            {series.slice(0, COLOURS).map(({ name, values }, at) => (
              <span key={name} className="chart-value">
                <span className={`chart-key series-${at % COLOURS}`} aria-hidden="true" />
                <span className="chart-name">{name}</span>
                <span>{values[index] === null || values[index] === undefined ? "—" : text(values[index])}</span>
              </span>
            ))}
          </div>
        )}
      </div>
      {(withLegend ?? series.length > 1) && (
        <figcaption className="chart-legend">
          {series.map(({ name }, at) => (
            <span key={name}>
              <span className={`chart-key series-${at % COLOURS}`} aria-hidden="true" />
              <span className="chart-name">{name}</span>
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

function nearest(x: number, count: number, at: (index: number) => number): number | null {
  let best: number | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    const away = Math.abs(at(index) - x);
    if (away < distance) {
      distance = away;
      best = index;
    }
  }
  return best;
}

function xName({ kind, xs }: ChartData, index: number): string {
  const x = xs[index];
  if (typeof x !== "number") return String(x ?? "");
  return kind === "time" ? fullTime(new Date(x)) : numberText(x);
}
