import type { RowDifference } from "@heliosdb/client";
import { useMemo } from "react";
import { cellText } from "../cells/cell-text.js";
import { counted } from "../util/text.js";
import { columnsOf } from "./by-table.js";

const MARKS = {
  insert: ["+", "inserted"],
  update: ["~", "changed"],
  delete: ["−", "deleted"],
} as const;

/** Rows of one table, old and new values in the same cell. */
export function RowsDiff({ table, rows }: { readonly table: string; readonly rows: readonly RowDifference[] }) {
  const columns = useMemo(() => columnsOf(rows), [rows]);
  return (
    <section className="card diff-card" aria-label={`Rows of ${table}`}>
      <h2 className="diff-head">
        <span className="mono">{table}</span>{" "}
        <span className="soft diff-count">{counted(rows.length, "row")} here</span>
      </h2>
      <div className="diff-scroll" tabIndex={0} role="region" aria-label={`Differences in ${table}`}>
        <table className="diff-rows">
          <thead>
            <tr>
              <th scope="col">
                <span className="sr-only">Change</span>
              </th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={nameOf(row)} className={`diff-${row.kind}`}>
                <th scope="row" className="diff-mark">
                  <span aria-hidden="true">{MARKS[row.kind][0]}</span>
                  <span className="sr-only">{MARKS[row.kind][1]}</span>
                </th>
                {columns.map((column) => (
                  <DiffCell key={column} row={row} column={column} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function DiffCell({ row, column }: { readonly row: RowDifference; readonly column: string }) {
  const { from, to, kind } = row;
  if (kind === "update" && row.changed.includes(column)) {
    return (
      <td className="diff-changed">
        <del>{text(from, column)}</del> <ins>{text(to, column)}</ins>
      </td>
    );
  }
  return <td>{text(to ?? from, column)}</td>;
}

function text(row: RowDifference["from"], column: string): string {
  return row === null || row[column] === undefined ? "" : cellText(row[column], "text").text;
}

/** Rows without a key are told apart by all their values. */
function nameOf({ kind, key, from, to }: RowDifference): string {
  return JSON.stringify(key.length > 0 ? [kind, key] : [kind, from, to]);
}
