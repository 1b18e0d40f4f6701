import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { TextField } from "../../../parts/field.js";
import { type Kept, saveFault } from "./kept.js";

interface SaveQueryProps {
  readonly kept: Kept;
  readonly sql: string;
  /** False where the browser doesn't keep it. */
  readonly onSave: (name: string) => boolean;
  readonly onClose: () => void;
}

export function SaveQuery({ kept, sql, onSave, onClose }: SaveQueryProps) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<Error | null>(null);
  const name = typed.trim();
  const fault = saveFault(kept, { name, sql });
  const isKnown = kept.saved.some((query) => query.name === name);
  return (
    <FormDialog
      title="Save query"
      action={isKnown ? "Replace query" : "Save query"}
      onClose={onClose}
      busy={false}
      error={error}
      disabled={name === "" || fault !== null}
      onSubmit={() => {
        if (onSave(name)) onClose();
        else
          setError(
            new Error("The browser keeps nothing more for this page. Delete saved queries or clear the history."),
          );
      }}
    >
      <TextField
        label="Name"
        value={typed}
        maxLength={100}
        autoFocus
        error={fault}
        hint={
          isKnown
            ? "A query with this name is replaced."
            : "It is kept in this browser, for whoever signs in with this key."
        }
        onChange={(event) => setTyped(event.target.value)}
      />
      <pre className="viewer viewer-short" tabIndex={0} role="region" aria-label="SQL">
        {sql}
      </pre>
    </FormDialog>
  );
}
