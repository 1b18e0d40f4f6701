import type { Column } from "@heliosdb/client";
import { Filter, Plus, X } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { Button, IconButton } from "../../../parts/button.js";
import { conditionText, OPERATORS, type Operator, withCondition } from "./filter-text.js";

interface FilterBarProps {
  readonly columns: readonly Column[];
  /** SQL, as after WHERE. */
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}

/** The filter as text, and a builder that writes into it. */
export function FilterBar({ columns, filter, onFilter }: FilterBarProps) {
  const [typed, setTyped] = useState(filter);
  const [isBuilding, setBuilding] = useState(false);
  useEffect(() => setTyped(filter), [filter]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onFilter(typed.trim());
  };
  return (
    <div className="filter">
      <form className="filter-line" onSubmit={submit}>
        <Filter size={15} aria-hidden="true" className="filter-icon" />
        <input
          className="filter-input"
          aria-label="Filter: a condition in SQL"
          placeholder="Filter, such as price > 10 AND name LIKE 'A%'"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {typed !== filter && (
          <Button type="submit" look="primary" className="button-small">
            Apply
          </Button>
        )}
        {filter !== "" && <IconButton label="Clear the filter" icon={<X size={14} />} onClick={() => onFilter("")} />}
        <Button
          className="button-small"
          icon={<Plus size={13} />}
          aria-expanded={isBuilding}
          onClick={() => setBuilding(!isBuilding)}
        >
          Condition
        </Button>
      </form>
      {isBuilding && (
        <Builder
          columns={columns}
          onAdd={(condition) => {
            onFilter(withCondition(typed, condition));
            setBuilding(false);
          }}
        />
      )}
    </div>
  );
}

function Builder({
  columns,
  onAdd,
}: {
  readonly columns: readonly Column[];
  readonly onAdd: (condition: string) => void;
}) {
  const [name, setName] = useState(columns[0]?.name ?? "");
  const [operator, setOperator] = useState<Operator>("=");
  const [text, setText] = useState("");
  const column = columns.find((each) => each.name === name);
  const takesText = !operator.startsWith("is ");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (column) onAdd(conditionText({ column: name, operator, text }, column.type));
  };
  return (
    <form className="filter-builder" onSubmit={submit} aria-label="New condition">
      <select className="input" aria-label="Column" value={name} onChange={(event) => setName(event.target.value)}>
        {columns.map((each) => (
          <option key={each.name}>{each.name}</option>
        ))}
      </select>
      <select
        className="input"
        aria-label="Comparison"
        value={operator}
        onChange={(event) => setOperator(event.target.value as Operator)}
      >
        {OPERATORS.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      {takesText && (
        <input className="input" aria-label="Value" value={text} onChange={(event) => setText(event.target.value)} />
      )}
      <Button type="submit" look="primary">
        Add
      </Button>
    </form>
  );
}
