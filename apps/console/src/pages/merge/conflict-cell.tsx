import type { MergeConflict, Table } from "@heliosdb/client";
import { useId, useState } from "react";
import { cellText, editText } from "../../cells/cell-text.js";
import { typedValue } from "../../cells/typed-value.js";
import { type Choice, isDecidable, takesValue, typeOf } from "./choices.js";

interface ConflictCellProps {
  readonly conflict: MergeConflict;
  readonly choice: Choice | null;
  readonly onChoose: (choice: Choice | null) => void;
  readonly tables: readonly Table[];
  readonly source: string;
  readonly target: string;
}

const KINDS: { readonly [K in MergeConflict["conflictType"]]: string } = {
  update_update: "both changed it",
  update_delete: "changed on one side, deleted on the other",
  delete_update: "deleted on one side, changed on the other",
  insert_insert: "both inserted this key",
  schema: "both changed the definition",
  constraint: "the merged rows would break a constraint",
};

/** One conflict: what it was, what each side made of it, and the choice. */
export function ConflictCell({ conflict, choice, onChoose, tables, source, target }: ConflictCellProps) {
  const name = useId();
  const type = typeOf(tables, conflict);
  const [typed, setTyped] = useState(() => initialText(conflict));
  const [fault, setFault] = useState<string | null>(null);
  const isValue = choice?.use === "value";
  const write = (text: string) => {
    setTyped(text);
    const result = typedValue(text, type);
    setFault("fault" in result ? result.fault : null);
    onChoose("fault" in result ? null : { use: "value", value: result.value });
  };
  const side = (use: "source" | "target", label: string, value: unknown) => (
    <label className={choice?.use === use ? "side side-chosen" : "side"}>
      <span className="side-head">
        <input type="radio" name={name} checked={choice?.use === use} onChange={() => onChoose({ use })} />
        {label}
      </span>
      <Shown value={value} conflict={conflict} />
    </label>
  );
  return (
    <fieldset className="conflict-cell">
      <legend>
        {conflict.column !== null && <strong className="mono">{conflict.column}</strong>}{" "}
        <span className="soft">{KINDS[conflict.conflictType]}</span>
      </legend>
      {conflict.message && <p>{conflict.message}</p>}
      {isDecidable(conflict) ? (
        <div className="sides">
          <div className="side side-base">
            <span className="side-head">before</span>
            <Shown value={conflict.baseValue} conflict={conflict} />
          </div>
          {side("source", source, conflict.sourceValue)}
          {side("target", target, conflict.targetValue)}
          {takesValue(conflict) && (
            <label className={isValue ? "side side-chosen" : "side"}>
              <span className="side-head">
                <input type="radio" name={name} checked={isValue} onChange={() => write(typed)} />
                another value
              </span>
              <input
                className="input"
                aria-label={`Another value for ${conflict.column}`}
                aria-invalid={fault !== null || undefined}
                value={typed}
                onChange={(event) => write(event.target.value)}
              />
              {fault && (
                <span className="field-error" role="alert">
                  {fault}
                </span>
              )}
            </label>
          )}
        </div>
      ) : (
        <p>
          Change the rows on {source} or on {target} so that they fit together, then merge again.
        </p>
      )}
    </fieldset>
  );
}

function Shown({ value, conflict }: { readonly value: unknown; readonly conflict: MergeConflict }) {
  if (conflict.column === null && (value === null || value === undefined)) {
    return <span className="side-value soft">no {conflict.rowId === null ? "definition" : "row"}</span>;
  }
  if (typeof value === "object" && value !== null) {
    return (
      <span className="side-value side-row">
        {Object.entries(value).map(([column, cell]) => (
          <span key={column}>
            <span className="soft">{column}</span> {cellText(cell, "text").text}
          </span>
        ))}
      </span>
    );
  }
  const { text, kind } = cellText(value, "text");
  return <span className={`side-value cell-${kind}`}>{text}</span>;
}

function initialText({ sourceValue }: MergeConflict): string {
  return typeof sourceValue === "object" ? "" : editText(sourceValue as string | number | boolean);
}
