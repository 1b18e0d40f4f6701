import type { Row, Table } from "@heliosdb/client";
import { Link } from "@tanstack/react-router";
import { cellText } from "../../../cells/cell-text.js";
import { equalTo } from "../filter/filter-text.js";
import type { ForeignKey } from "./foreign-keys.js";
import { keyColumns } from "./row-key.js";

interface KeyLinkProps {
  readonly branch: string;
  readonly at: string | undefined;
  readonly foreignKey: ForeignKey;
  readonly row: Row;
  readonly tables: readonly Table[];
  readonly value: unknown;
}

/** A value that names a row of another table, to which it leads. */
export function KeyLink({ branch, at, foreignKey, row, tables, value }: KeyLinkProps) {
  const target = tables.find(({ name }) => name.toLowerCase() === foreignKey.target.toLowerCase());
  const { text, kind } = cellText(value, "text");
  const columns = foreignKey.targetColumns ?? (target ? keyColumns(target) : []);
  if (!target || columns.length !== foreignKey.columns.length)
    return <span className={`cell cell-${kind}`}>{text}</span>;
  const filter = equalTo(columns.map((column, index) => [column, row[foreignKey.columns[index]!]]));
  return (
    <Link
      to="/branch/$branch/data"
      params={{ branch }}
      search={{ table: target.name, filter, at }}
      className="cell cell-link"
      tabIndex={-1}
      title={`${target.name} ${text}`}
    >
      {text}
    </Link>
  );
}
