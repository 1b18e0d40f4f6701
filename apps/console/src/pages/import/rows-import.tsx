import type { Branch } from "@heliosdb/client";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { cellText } from "../../cells/cell-text.js";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { SelectField, TextField } from "../../parts/field.js";
import { useTell } from "../../parts/toasts.js";
import { useChange, useTables } from "../../session/queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { load } from "./load.js";
import { guessColumns, type ImportColumn, type SqlType, TYPES, tableName } from "./read/guess.js";
import type { ReadFile } from "./read/records.js";

interface RowsImportProps {
  readonly file: File;
  readonly content: ReadFile;
  readonly branches: readonly Branch[];
  readonly branch: string;
}

const SHOWN = 8;

/** Rows of a file: where they go, and what the columns are. */
export function RowsImport({ file, content, branches, branch: first }: RowsImportProps) {
  const { client, identity } = useSession();
  const tell = useTell();
  const navigate = useNavigate();
  const [branch, setBranch] = useState(first);
  const [target, setTarget] = useState("");
  const [name, setName] = useState(tableName(file.name));
  const [columns, setColumns] = useState<readonly ImportColumn[]>(() => guessColumns(content));
  const [rows, setRows] = useState(0);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const { data: tables } = useTables(branch, undefined);
  const isNew = target === "";
  const taken = tables?.some((table) => table.name.toLowerCase() === name.toLowerCase()) ?? false;
  const existing = tables?.find((table) => table.name === target);
  const missing = existing
    ? content.columns.filter((column) => !existing.columns.some((each) => each.name === column))
    : [];
  const work = useChange(
    () => {
      controller.current = new AbortController();
      setRows(0);
      return load(client, {
        ...{ branch, columns, records: content.records, file: file.name, isNew },
        ...{ table: isNew ? name : target, onProgress: setRows, signal: controller.current.signal },
      });
    },
    () => {
      tell(`${counted(content.records.length, "row")} imported into ${branch} as one commit.`);
      void navigate({ to: "/branch/$branch/data", params: { branch }, search: { table: isNew ? name : target } });
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    work.mutate(undefined);
  };
  const set = (at: number, values: Partial<ImportColumn>) =>
    setColumns(columns.map((column, index) => (index === at ? { ...column, ...values } : column)));
  if (!rightsOf(identity).writes) return <p className="note">Your key may not write, so it can't import a file.</p>;

  return (
    <form className="card import-form" onSubmit={submit}>
      <h2>{counted(content.records.length, "row")}</h2>
      <div className="point-field">
        <SelectField label="Branch" value={branch} onChange={(event) => setBranch(event.target.value)}>
          {branches.map((each) => (
            <option key={each.id}>{each.name}</option>
          ))}
        </SelectField>
        <SelectField label="Into" value={target} onChange={(event) => setTarget(event.target.value)}>
          <option value="">A new table</option>
          {tables?.map((table) => (
            <option key={table.name} value={table.name}>
              {table.name}
            </option>
          ))}
        </SelectField>
        {isNew && (
          <TextField
            label="Name of the table"
            value={name}
            error={taken ? `There is a table ${name} already.` : name === "" ? "Expected a name." : null}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </div>
      {missing.length > 0 && (
        <p className="note note-warn">
          {target} has no column {missing.join(", ")}. Choose another table, or a new one.
        </p>
      )}
      <div className="diff-scroll" tabIndex={0} role="region" aria-label="Preview">
        <table className="diff-rows">
          <thead>
            <tr>
              {columns.map((column, at) => (
                <th key={column.name} scope="col">
                  {column.name}
                  {isNew && (
                    <span className="import-type">
                      <select
                        className="input"
                        aria-label={`Type of ${column.name}`}
                        value={column.type}
                        onChange={(event) => set(at, { type: event.target.value as SqlType })}
                      >
                        {TYPES.map((type) => (
                          <option key={type}>{type}</option>
                        ))}
                      </select>
                      <label className="check">
                        <input
                          type="checkbox"
                          checked={column.isKey}
                          onChange={(event) => set(at, { isKey: event.target.checked })}
                        />
                        key
                      </label>
                    </span>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {content.records.slice(0, SHOWN).map(({ line, values }) => (
              <tr key={line}>
                {columns.map((column) => {
                  const { text, kind } = cellText(values[column.name], "text");
                  return (
                    <td key={column.name} className={`cell-${kind}`}>
                      {text}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {work.error !== null && <ErrorNote error={work.error} />}
      {work.isPending && (
        <progress className="progress" max={content.records.length} value={rows} aria-label="Rows imported" />
      )}
      <div className="panel-links">
        <Button
          type="submit"
          look="primary"
          busy={work.isPending}
          disabled={(isNew && (taken || name === "")) || missing.length > 0}
        >
          {work.isPending ? `${rows.toLocaleString("en")} rows` : `Import into ${branch}`}
        </Button>
        {work.isPending && <Button onClick={() => controller.current?.abort()}>Stop</Button>}
      </div>
    </form>
  );
}
