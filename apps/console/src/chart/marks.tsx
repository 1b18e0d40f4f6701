import { line } from "d3-shape";
import { memo } from "react";
import type { ChartSeries } from "./chart-data.js";
import type { XScale, YScale } from "./scales.js";

export type MarksKind = "line" | "bar" | "scatter";

interface MarksProps {
  readonly kind: MarksKind;
  readonly series: readonly ChartSeries[];
  readonly x: XScale;
  readonly y: YScale;
}

const COLOURS = 8;
const RADIUS = 3;
/** Of a place, for the bars in it. */
const FILLED = 0.8;
const WIDEST = 90;

/** Not drawn again while only the pointer moves. */
export const Marks = memo(function Marks({ kind, series, x, y }: MarksProps) {
  return series.map(({ name, values }, at) => (
    <g key={name} className={`series-${at % COLOURS}`}>
      {kind === "line" && <Line values={values} x={x} y={y} />}
      {kind === "scatter" && <Points values={values} x={x} y={y} />}
      {kind === "bar" && <Bars values={values} x={x} y={y} at={at} of={series.length} />}
    </g>
  ));
});

type OneProps = Pick<MarksProps, "x" | "y"> & { readonly values: readonly (number | null)[] };

function Line({ values, x, y }: OneProps) {
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x.at(index))
    .y((value) => y.at(value ?? 0))([...values]);
  // A value between two gaps has no line.
  const alone = values.map((value, index) =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null ? value : null,
  );
  return (
    <>
      {path && <path className="chart-path" d={path} />}
      <Points values={alone} x={x} y={y} />
    </>
  );
}

function Points({ values, x, y }: OneProps) {
  return values.map((value, index) =>
    value === null ? null : (
      // biome-ignore lint/suspicious/noArrayIndexKey: points are told apart by their order
      <circle key={index} className="chart-point" cx={x.at(index)} cy={y.at(value)} r={RADIUS} />
    ),
  );
}

function Bars({ values, x, y, at, of }: OneProps & { readonly at: number; readonly of: number }) {
  const width = Math.min(WIDEST, (x.step * FILLED) / of);
  return values.map((value, index) =>
    value === null ? null : (
      <rect
        // biome-ignore lint/suspicious/noArrayIndexKey: bars are told apart by their order
        key={index}
        className="chart-bar"
        x={x.at(index) - (of * width) / 2 + at * width}
        y={Math.min(y.zero, y.at(value))}
        width={Math.max(0.5, width)}
        height={Math.abs(y.at(value) - y.zero)}
      />
    ),
  );
}
