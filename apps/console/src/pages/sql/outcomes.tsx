import { isHeliosDBError } from "@heliosdb/client";
import { CheckCircle2 } from "lucide-react";
import { useState } from "react";
import { ErrorNote } from "../../parts/error-note.js";
import { shortened } from "../../util/text.js";
import { ResultGrid } from "./result-grid.js";
import { GRID_VIEW, RowsOutcome, type View } from "./rows-outcome.js";
import type { Outcome } from "./run.js";

interface OutcomesProps {
  readonly outcomes: readonly Outcome[];
  readonly isRunning: boolean;
  readonly branch: string;
  readonly at: string | undefined;
}

/** One statement's outcome at a time, and a list of them where there were several. */
export function Outcomes({ outcomes, isRunning, branch, at }: OutcomesProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const [view, setView] = useState<View>(GRID_VIEW);
  const index = Math.min(chosen ?? outcomes.length - 1, outcomes.length - 1);
  const outcome = outcomes[index];
  return (
    <>
      {outcomes.length > 1 && (
        <div className="outcomes" role="group" aria-label="Statements that ran">
          {outcomes.map((each, order) => (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: statements are told apart by their order
              key={order}
              type="button"
              aria-pressed={order === index}
              className={each.kind === "failed" ? "outcome outcome-failed" : "outcome"}
              onClick={() => setChosen(order)}
            >
              {order + 1} <code>{shortened(each.sql.replaceAll(/\s+/g, " "), 28)}</code>
            </button>
          ))}
        </div>
      )}
      {isRunning && (
        <p className="running" role="status">
          <span className="spinner" aria-hidden="true" /> Running
        </p>
      )}
      {outcome && <One outcome={outcome} branch={branch} at={at} view={view} onView={setView} />}
    </>
  );
}

interface OneProps {
  readonly outcome: Outcome;
  readonly branch: string;
  readonly at: string | undefined;
  readonly view: View;
  readonly onView: (view: View) => void;
}

function One({ outcome, branch, at, view, onView }: OneProps) {
  const ms = `${outcome.ms < 10 ? outcome.ms.toFixed(1) : Math.round(outcome.ms)} ms`;
  switch (outcome.kind) {
    case "failed":
      return isAbort(outcome.error) ? (
        <p className="soft">Cancelled after {ms}. It changed nothing.</p>
      ) : (
        <ErrorNote error={outcome.error} />
      );
    case "plan":
      return (
        <pre className="viewer plan" tabIndex={0} role="region" aria-label="Plan">
          {outcome.plan}
        </pre>
      );
    case "done":
      return (
        <>
          <p className="outcome-line">
            <CheckCircle2 size={15} aria-hidden="true" className="count-add" /> {outcome.message} · commit{" "}
            <code>{outcome.scn}</code> · {ms}
          </p>
          {outcome.returning && <ResultGrid result={outcome.returning} />}
        </>
      );
    case "rows":
      return <RowsOutcome outcome={outcome} time={ms} branch={branch} at={at} view={view} onView={onView} />;
  }
}

function isAbort(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === "AbortError";
  return isHeliosDBError(error, "QUERY_CANCELLED");
}
