import type { Row, Table } from "@heliosdb/client";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { GridColumn } from "../../../grid/grid-types.js";
import { columnWidth } from "../../../grid/widths.js";
import { type ColumnNames, namesText, shownNames } from "./columns.js";

const FROM = "/branch/$branch/data";

/**
 * The columns that the URL chooses.
 * @param rows the first ones, to which the widths are fitted
 */
export function useColumns(table: Table, rows: readonly Row[] | undefined) {
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const all = useMemo(() => table.columns.map(({ name }) => name), [table]);
  const shown = useMemo(
    () => shownNames(search.columns, all).map((name) => table.columns[all.indexOf(name)]!),
    [search.columns, all, table],
  );
  const grid = useMemo<readonly GridColumn[]>(
    () =>
      shown.map(({ name, type, declaredType, primaryKey }) => ({
        ...{ name, type, declaredType, isKey: primaryKey },
        width: columnWidth(
          name,
          type,
          (rows ?? []).map((row) => row[name]),
          declaredType,
        ),
      })),
    [shown, rows],
  );
  const names = useMemo(() => shown.map(({ name }) => name), [shown]);
  const show = (next: ColumnNames) =>
    void navigate({ search: (old) => ({ ...old, columns: namesText(next, all) }), replace: true });
  return { all, shown, names, grid, show };
}
