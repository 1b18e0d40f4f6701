import type { Row, Table, Value } from "@heliosdb/client";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { cellText } from "../../../cells/cell-text.js";
import { Button } from "../../../parts/button.js";
import { ErrorNote } from "../../../parts/error-note.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";
import { counted } from "../../../util/text.js";
import { keyColumns, rowKey } from "../keys/row-key.js";
import { RowsMovedError, save } from "./save.js";
import { type Staged, type StagedChange, stagedCount } from "./staged.js";

interface StagedPanelProps {
  readonly branch: string;
  readonly table: Table;
  readonly staged: Staged;
  readonly onChange: (change: StagedChange) => void;
}

/** What will be saved, as a difference, and the message to save it with. */
export function StagedPanel({ branch, table, staged, onChange }: StagedPanelProps) {
  const client = useClient();
  const tell = useTell();
  const queries = useQueryClient();
  const [message, setMessage] = useState("");
  const [isOpen, setOpen] = useState(false);
  const keys = keyColumns(table);
  const count = stagedCount(staged);
  const saving = useChange(
    () => save(client, { branch, table: table.name, keys, staged, message }),
    () => {
      tell(`${counted(count, "change")} saved to ${branch} as one commit.`);
      onChange({ type: "clear" });
    },
  );
  const rebase = () => {
    if (saving.error instanceof RowsMovedError) onChange({ type: "rebase", rows: saving.error.rows });
    saving.reset();
    void queries.invalidateQueries();
    setOpen(true);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate(undefined);
  };
  return (
    <section className="staged" aria-label="Changes that are not saved">
      {isOpen && (
        <ul className="staged-list plain-list">
          {staged.inserts.map(({ id, values }) => (
            <li key={id} className="staged-row staged-insert">
              <span className="staged-kind">insert</span>
              <Values values={values} table={table} />
            </li>
          ))}
          {[...staged.edits.values()].map(({ row, values }) => (
            <li key={rowKey(row, keys)} className="staged-row staged-edit">
              <span className="staged-kind">
                change <KeyText row={row} keys={keys} />
              </span>
              <Values values={values} table={table} old={row} />
            </li>
          ))}
          {[...staged.deletes.values()].map((row) => (
            <li key={rowKey(row, keys)} className="staged-row staged-delete">
              <span className="staged-kind">
                delete <KeyText row={row} keys={keys} />
              </span>
              <Values values={row} table={table} />
            </li>
          ))}
        </ul>
      )}
      {saving.error !== null && (
        <ErrorNote
          error={saving.error}
          retry={
            saving.error instanceof RowsMovedError ? (
              <Button onClick={rebase}>Keep my changes over theirs</Button>
            ) : undefined
          }
        />
      )}
      <form className="staged-foot" onSubmit={submit}>
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {counted(count, "change")}
        </Button>
        <input
          className="input staged-message"
          aria-label="Message of the commit"
          placeholder="What you changed, for the history"
          value={message}
          maxLength={10_000}
          onChange={(event) => setMessage(event.target.value)}
        />
        <Button onClick={() => onChange({ type: "clear" })}>Discard</Button>
        <Button type="submit" look="primary" busy={saving.isPending}>
          Save
        </Button>
      </form>
    </section>
  );
}

function KeyText({ row, keys }: { readonly row: Row; readonly keys: readonly string[] }) {
  return <code>{keys.map((column) => String(row[column])).join(", ")}</code>;
}

interface ValuesProps {
  readonly values: Readonly<Record<string, Value>>;
  readonly table: Table;
  readonly old?: Row;
}

function Values({ values, table, old }: ValuesProps) {
  const typeOf = (column: string) => table.columns.find(({ name }) => name === column)?.type ?? "text";
  const given = Object.entries(values);
  if (given.length === 0) return <span className="soft">defaults</span>;
  return (
    <span className="staged-values">
      {given.map(([column, value]) => (
        <span key={column} className="staged-value">
          <span className="soft">{column}</span> {old && <del>{cellText(old[column], typeOf(column)).text}</del>}{" "}
          <ins>{cellText(value, typeOf(column)).text}</ins>
        </span>
      ))}
    </span>
  );
}
