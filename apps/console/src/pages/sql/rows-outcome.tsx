import { ChartLine, Table2 } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { Loading } from "../../parts/states.js";
import { useClient } from "../../session/session.js";
import { ExportButton } from "../shared/export/export-button.js";
import { type ChartChoice, firstChoice, fits } from "./chart/choice.js";
import { ResultGrid } from "./result-grid.js";
import { MOST_ROWS, type Outcome } from "./run.js";

/** Loaded with the first chart. */
const ResultChart = lazy(() => import("./chart/result-chart.js").then((file) => ({ default: file.ResultChart })));

/** How a result is looked at; it outlives the result, for the query that runs again. */
export interface View {
  readonly as: "grid" | "chart";
  readonly choice: ChartChoice | null;
}

export const GRID_VIEW: View = { as: "grid", choice: null };

interface RowsOutcomeProps {
  readonly outcome: Outcome & { readonly kind: "rows" };
  readonly time: string;
  readonly branch: string;
  readonly at: string | undefined;
  readonly view: View;
  readonly onView: (view: View) => void;
}

/** Rows as a grid or a chart, and all of them as a file. */
export function RowsOutcome({ outcome, time, branch, at, view, onView }: RowsOutcomeProps) {
  const client = useClient();
  const { result } = outcome;
  const { rows, truncated } = result;
  const first = useMemo(() => firstChoice(result), [result]);
  const choice = view.choice && fits(view.choice, result) ? view.choice : first;
  const asChart = view.as === "chart" && choice !== null;
  return (
    <>
      <div className="outcome-line">
        <span className="outcome-count">
          {truncated ? `The first ${MOST_ROWS.toLocaleString("en")} rows` : `${rows.length.toLocaleString("en")} rows`}{" "}
          · {time}
        </span>
        {choice !== null && (
          <div className="switch switch-small" role="group" aria-label="Result as">
            <button type="button" aria-pressed={!asChart} onClick={() => onView({ ...view, as: "grid" })}>
              <Table2 size={13} aria-hidden="true" />
              Grid
            </button>
            <button type="button" aria-pressed={asChart} onClick={() => onView({ ...view, as: "chart" })}>
              <ChartLine size={13} aria-hidden="true" />
              Chart
            </button>
          </div>
        )}
        <ExportButton
          small
          name={branch}
          open={(signal) => client.sql.stream(outcome.sql, { branch, asOf: at, params: outcome.params, signal })}
        />
      </div>
      {asChart ? (
        <Suspense fallback={<Loading label="Loading the chart" rows={4} />}>
          <ResultChart result={result} choice={choice} onChoose={(next) => onView({ as: "chart", choice: next })} />
        </Suspense>
      ) : (
        <ResultGrid result={result} />
      )}
    </>
  );
}
