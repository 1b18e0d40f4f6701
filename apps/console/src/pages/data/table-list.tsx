import type { Table } from "@heliosdb/client";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { bytes, counted } from "../../util/text.js";

interface TableListProps {
  readonly branch: string;
  readonly at: string | undefined;
  readonly tables: readonly Table[];
  readonly chosen: string | undefined;
}

const MANY = 12;

export function TableList({ branch, at, tables, chosen }: TableListProps) {
  const [text, setText] = useState("");
  const shown = tables.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <nav className="tables" aria-label="Tables">
      {tables.length > MANY && (
        <input
          className="input"
          type="search"
          aria-label="Find a table"
          placeholder="Find a table"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <ul className="plain-list tables-list">
        {shown.map(({ name, rowCount, sizeBytes }) => (
          <li key={name}>
            <Link
              to="/branch/$branch/data"
              params={{ branch }}
              search={{ table: name, at }}
              className={name === chosen ? "table-link table-chosen" : "table-link"}
              aria-current={name === chosen ? "page" : undefined}
              title={`${name}: ${counted(rowCount, "row")}, ${bytes(sizeBytes)}`}
            >
              <span className="table-name">{name}</span>
              <span className="table-count">{compact(rowCount)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="soft">No table is called that.</p>}
    </nav>
  );
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

function compact(count: number): string {
  return COMPACT.format(count);
}
