import { isHeliosDBError } from "@heliosdb/client";
import { CheckCircle2 } from "lucide-react";
import { useState } from "react";
import { ErrorNote } from "../../parts/error-note.js";
import { useClient } from "../../session/session.js";
import { shortened } from "../../util/text.js";
import { ExportButton } from "../shared/export/export-button.js";
import { ResultGrid } from "./result-grid.js";
import { MOST_ROWS, type Outcome } from "./run.js";

interface OutcomesProps {
  readonly outcomes: readonly Outcome[];
  readonly isRunning: boolean;
  readonly branch: string;
  readonly at: string | undefined;
}

/** One statement's outcome at a time, and a list of them where there were several. */
export function Outcomes({ outcomes, isRunning, branch, at }: OutcomesProps) {
  const [chosen, setChosen] = useState<number | null>(null);
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
      {outcome && <One outcome={outcome} branch={branch} at={at} />}
    </>
  );
}

function One({
  outcome,
  branch,
  at,
}: {
  readonly outcome: Outcome;
  readonly branch: string;
  readonly at: string | undefined;
}) {
  const client = useClient();
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
    case "rows": {
      const { rows, truncated } = outcome.result;
      return (
        <>
          <div className="outcome-line">
            <span>
              {truncated
                ? `The first ${MOST_ROWS.toLocaleString("en")} rows`
                : `${rows.length.toLocaleString("en")} rows`}{" "}
              · {ms}
            </span>
            <ExportButton
              small
              name={branch}
              open={(signal) => client.sql.stream(outcome.sql, { branch, asOf: at, params: outcome.params, signal })}
            />
          </div>
          <ResultGrid result={outcome.result} />
        </>
      );
    }
  }
}

function isAbort(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === "AbortError";
  return isHeliosDBError(error, "QUERY_CANCELLED");
}
