import type { MergeConflict, Table } from "@heliosdb/client";
import { Button } from "../../parts/button.js";
import { byRow, type Choice, type Choices, choosing, conflictKey } from "./choices.js";
import { ConflictCell } from "./conflict-cell.js";

interface ConflictListProps {
  readonly conflicts: readonly MergeConflict[];
  readonly choices: Choices;
  readonly onChoices: (choices: Choices) => void;
  readonly tables: readonly Table[];
  readonly source: string;
  readonly target: string;
}

/** The conflicts, row by row. */
export function ConflictList({ conflicts, choices, onChoices, tables, source, target }: ConflictListProps) {
  const choose = (conflict: MergeConflict, choice: Choice | null) => {
    const next = new Map(choices);
    if (choice) next.set(conflictKey(conflict), choice);
    else next.delete(conflictKey(conflict));
    onChoices(next);
  };
  return byRow(conflicts).map(({ key, table, rowId, conflicts: own }) => (
    <article key={key} className="card conflict" aria-label={rowId === null ? table : `${table} ${rowId}`}>
      <header className="conflict-head">
        <h3 className="mono">
          {table} {rowId !== null && <span className="soft">{rowId}</span>}
        </h3>
        {own.length > 1 && (
          <span className="page-actions">
            <Button className="button-small" onClick={() => onChoices(choosing(choices, own, "source"))}>
              Row from {source}
            </Button>
            <Button className="button-small" onClick={() => onChoices(choosing(choices, own, "target"))}>
              Row from {target}
            </Button>
          </span>
        )}
      </header>
      {own.map((conflict) => (
        <ConflictCell
          key={conflictKey(conflict)}
          conflict={conflict}
          choice={choices.get(conflictKey(conflict)) ?? null}
          onChoose={(choice) => choose(conflict, choice)}
          tables={tables}
          source={source}
          target={target}
        />
      ))}
    </article>
  ));
}
