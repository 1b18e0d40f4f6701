import { useEffect, useState } from "react";
import { SearchField } from "../../parts/search-field.js";
import { useTables } from "../../session/queries.js";
import { KINDS } from "./kinds.js";

interface Values {
  readonly author?: string;
  readonly table?: string;
  readonly kind?: string;
}

interface HistoryFilterProps extends Values {
  readonly branch: string;
  readonly onChange: (values: Values) => void;
}

const PAUSE_MS = 350;

export function HistoryFilter({ branch, author, table, kind, onChange }: HistoryFilterProps) {
  const { data: tables } = useTables(branch, undefined);
  const [typed, setTyped] = useState(author ?? "");
  useEffect(() => {
    if (typed === (author ?? "")) return;
    const timer = setTimeout(() => onChange({ author: typed || undefined }), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="page-actions">
      <select
        className="input"
        aria-label="Type of commit"
        value={kind ?? ""}
        onChange={(event) => onChange({ kind: event.target.value || undefined })}
      >
        <option value="">Every type</option>
        {Object.entries(KINDS).map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      <select
        className="input select-short"
        aria-label="Table"
        value={table ?? ""}
        onChange={(event) => onChange({ table: event.target.value || undefined })}
      >
        <option value="">Every table</option>
        {table !== undefined && !tables?.some(({ name }) => name === table) && <option>{table}</option>}
        {tables?.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <SearchField label="Author" value={typed} onChange={(text) => setTyped(text)} />
    </div>
  );
}
