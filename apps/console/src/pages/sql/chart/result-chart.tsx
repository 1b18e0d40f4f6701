import { useMemo, useRef } from "react";
import { Chart } from "../../../chart/chart.js";
import { CheckField } from "../../../parts/field.js";
import { useBox } from "../../../util/use-box.js";
import { type ChartChoice, type ChartKind, drawn, MOST_SERIES, numberColumns, type Result } from "./choice.js";

interface ResultChartProps {
  readonly result: Result;
  readonly choice: ChartChoice;
  readonly onChoose: (choice: ChartChoice) => void;
}

const KINDS: readonly (readonly [kind: ChartKind, label: string])[] = [
  ["line", "Line"],
  ["bar", "Bars"],
  ["scatter", "Points"],
];
const LEAST_HEIGHT = 190;
/** Of what stands around the chart. */
const AROUND = 34;

/** A result as a chart of some of its columns. */
export function ResultChart({ result, choice, onChoose }: ResultChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const height = Math.max(LEAST_HEIGHT, (useBox(place)?.height ?? 0) - AROUND);
  const numbers = useMemo(() => numberColumns(result), [result]);
  const { data, left } = useMemo(() => drawn(result, choice), [result, choice]);
  const { kind, x, ys } = choice;
  const toggle = (column: string, on: boolean) =>
    onChoose({ ...choice, ys: on ? [...ys, column] : ys.filter((each) => each !== column) });
  return (
    <div className="card result-chart">
      <div className="chart-choice">
        <div className="switch" role="group" aria-label="Kind of chart">
          {KINDS.map(([each, label]) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === kind}
              onClick={() => onChoose({ ...choice, kind: each })}
            >
              {label}
            </button>
          ))}
        </div>
        <label className="chart-x">
          <span>Along</span>
          <select
            className="input select-short"
            value={x ?? ""}
            onChange={({ target }) => {
              const next = target.value === "" ? null : target.value;
              onChoose({ ...choice, x: next, ys: ys.filter((each) => each !== next) });
            }}
          >
            <option value="">row number</option>
            {result.columns
              .filter((column) => column !== "")
              .map((column) => (
                <option key={column}>{column}</option>
              ))}
          </select>
        </label>
        <fieldset className="chart-ys">
          <legend className="sr-only">Columns that are drawn</legend>
          {numbers
            .filter((column) => column !== x)
            .map((column) => (
              <CheckField
                key={column}
                label={column}
                checked={ys.includes(column)}
                disabled={!ys.includes(column) && ys.length >= MOST_SERIES}
                onChange={({ target }) => toggle(column, target.checked)}
              />
            ))}
        </fieldset>
      </div>
      <div ref={place} className="chart-area">
        {ys.length === 0 ? (
          <p className="soft">Choose a column with numbers.</p>
        ) : (
          <Chart
            label={`${ys.join(", ")} along ${x ?? "the row number"}`}
            kind={kind}
            data={data}
            height={height}
            withLegend
          />
        )}
      </div>
      {left > 0 && (
        <p className="soft chart-left">
          {left.toLocaleString("en")} of {result.rows.length.toLocaleString("en")} rows are not drawn
          {kind === "bar"
            ? ": there is no room for more bars, or their value along is NULL."
            : ": their value along is NULL."}
        </p>
      )}
    </div>
  );
}
