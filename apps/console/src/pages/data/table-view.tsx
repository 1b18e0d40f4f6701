import type { Row, Table, Value } from "@heliosdb/client";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useReducer, useState } from "react";
import { editText, isLong } from "../../cells/cell-text.js";
import { CellEditor } from "../../grid/cell-editor.js";
import { Grid } from "../../grid/grid.js";
import type { Place } from "../../grid/grid-types.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Loading } from "../../parts/states.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { CellViewer } from "../shared/cell-viewer.js";
import { ChooseColumns } from "./columns/choose-columns.js";
import { moved } from "./columns/columns.js";
import { useColumns } from "./columns/use-columns.js";
import { FilterBar } from "./filter/filter-bar.js";
import { nextOrder, orderOf, orderText } from "./filter/order.js";
import { keyOfCell, keysTo } from "./keys/foreign-keys.js";
import { KeyLink } from "./keys/key-link.js";
import { keyColumns } from "./keys/row-key.js";
import { RowHistory } from "./row-history.js";
import { gridRows, shownValue } from "./staging/grid-rows.js";
import { NOTHING_STAGED, type StagedChange, stage, stagedCount } from "./staging/staged.js";
import { StagedPanel } from "./staging/staged-panel.js";
import { TableTools } from "./table-tools.js";
import { useForeignKeys } from "./use-foreign-keys.js";
import { useRows } from "./use-rows.js";

interface TableViewProps {
  readonly branch: string;
  readonly table: Table;
  readonly tables: readonly Table[];
  readonly at: string | undefined;
  /** Whether the tables are those of this point, and not of the one that was shown before. */
  readonly isKnown: boolean;
}

const FROM = "/branch/$branch/data";

/** One table: its rows, and the changes to them that are not saved yet. */
export function TableView({ branch, table, tables, at, isKnown }: TableViewProps) {
  const { identity } = useSession();
  const rights = rightsOf(identity);
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const order = orderOf(
    search.sort,
    table.columns.map((each) => each.name),
  );
  const request = { branch, table: table.name, at, filter: search.filter, orderBy: orderText(order) };
  const query = useRows(request, isKnown);
  const { rows, first, more, error, isPending } = query;
  const foreignKeys = useForeignKeys(branch, at);
  const keys = useMemo(() => keyColumns(table), [table]);
  const [staged, change] = useReducer(
    (old: typeof NOTHING_STAGED, next: StagedChange) => stage(old, keys, next),
    NOTHING_STAGED,
  );
  const [active, setActive] = useState<Place | null>(null);
  const [open, setOpen] = useState<"editor" | "viewer" | "history" | "columns" | null>(null);
  const edits = rights.writes && rights.sql && at === undefined && keys.length > 0;

  const { all, shown: shownColumns, names, grid: columns, show } = useColumns(table, first?.rows);
  const shown = useMemo(() => gridRows(rows, keys, staged), [rows, keys, staged]);
  const place = active && active.row < shown.length && active.column < columns.length ? active : null;
  const row = place && shown[place.row]!;
  const column = place && shownColumns[place.column]!;
  const value = row && column ? shownValue(row, column.name) : undefined;

  const version = useMemo(() => ({ foreignKeys, shownColumns }), [foreignKeys, shownColumns]);

  const stageValue = (typed: Value, then: "down" | "right" | "stay") => {
    if (!row || !column || !place) return;
    if (row.insert) change({ type: "fill", id: row.insert.id, column: column.name, value: typed });
    else change({ type: "edit", row: row.row, column: column.name, value: typed });
    setOpen(null);
    if (then === "down") setActive({ ...place, row: Math.min(shown.length - 1, place.row + 1) });
    if (then === "right") setActive({ ...place, column: Math.min(columns.length - 1, place.column + 1) });
  };
  const openCell = (target: Place) => {
    setActive(target);
    const cellColumn = shownColumns[target.column]!;
    const targetRow = shown[target.row]!;
    const isEditable = edits && targetRow.mark !== "deleted" && cellColumn.type !== "bytea";
    const isInline = isEditable && !isLong(shownValue(targetRow, cellColumn.name), cellColumn.type);
    setOpen(isInline ? "editor" : "viewer");
  };
  const toggleDelete = () => {
    if (!row) return;
    if (row.insert) change({ type: "drop", id: row.insert.id });
    else change({ type: row.mark === "deleted" ? "keep" : "delete", row: row.row });
  };
  const goTo = (to: string, filter: string) =>
    void navigate({ search: { table: to, filter, ...(at !== undefined && { at }) } });

  return (
    <section className="table-view" aria-label={`Table ${table.name}`}>
      <FilterBar
        columns={table.columns}
        filter={search.filter ?? ""}
        onFilter={(filter) => navigate({ search: (old) => ({ ...old, filter: filter || undefined }), replace: true })}
      />
      {error && <ErrorNote error={error} />}
      {isPending && <Loading label="Reading the rows" rows={10} />}
      {first && !error && (
        <>
          <TableTools
            total={first.total}
            isFetching={query.isFetching}
            row={row}
            edits={edits}
            hasKey={keys.length > 0}
            links={row && !row.insert ? keysTo(foreignKeys, table.name) : []}
            tables={tables}
            onAdd={() => {
              change({ type: "insert" });
              setActive({ row: 0, column: 0 });
            }}
            hiddenColumns={all.length - names.length}
            onColumns={() => setOpen("columns")}
            onView={() => setOpen("viewer")}
            onHistory={() => setOpen("history")}
            onDelete={toggleDelete}
            onGo={goTo}
          />
          <Grid
            label={`Rows of ${table.name}`}
            columns={columns}
            rowCount={shown.length}
            total={first.total === undefined ? undefined : first.total + staged.inserts.length}
            cellOf={(index, columnAt) => {
              const each = shown[index]!;
              const { name } = shownColumns[columnAt]!;
              const cell = shownValue(each, name);
              const key =
                each.insert || each.values[name] !== undefined
                  ? null
                  : keyOfCell(foreignKeys, table.name, name, each.row);
              return {
                value: cell,
                isEdited: each.values[name] !== undefined,
                ...(each.insert &&
                  each.values[name] === undefined && { content: <span className="cell cell-null">default</span> }),
                ...(key && {
                  content: (
                    <KeyLink branch={branch} at={at} foreignKey={key} row={each.row} tables={tables} value={cell} />
                  ),
                }),
              };
            }}
            rowOf={(index) => shown[index]}
            version={version}
            rowName={(index) =>
              shown[index]!.insert ? "new" : (index - staged.inserts.length + 1).toLocaleString("en")
            }
            rowMark={(index) => shown[index]?.mark}
            order={order}
            onOrder={(name) => navigate({ search: (old) => ({ ...old, sort: nextOrder(order, name) }), replace: true })}
            onMoveColumn={(name, to) => show(moved(names, name, to))}
            active={place}
            onActive={(next) => {
              setActive(next);
              setOpen(null);
            }}
            onOpen={openCell}
            onKey={(event) => {
              if (event.key === "Delete" && edits) toggleDelete();
              if (event.key === " ") {
                event.preventDefault();
                setOpen("viewer");
              }
            }}
            editor={
              open === "editor" && column ? (
                <CellEditor
                  key={`${place?.row} ${column.name}`}
                  label={column.name}
                  type={column.type}
                  text={editText(value as Row[string])}
                  nullable={column.nullable || row?.insert !== undefined}
                  onDone={stageValue}
                  onCancel={() => setOpen(null)}
                />
              ) : undefined
            }
            onNearEnd={more}
            foot={
              rows.length === 0 &&
              shown.length === 0 && (
                <p className="grid-none">{search.filter ? "No row matches the filter." : "This table has no rows."}</p>
              )
            }
          />
        </>
      )}
      {edits && stagedCount(staged) > 0 && (
        <StagedPanel branch={branch} table={table} staged={staged} onChange={change} />
      )}
      {open === "viewer" && row && column && (
        <CellViewer
          column={column}
          value={value}
          onStage={
            edits && row.mark !== "deleted" && column.type !== "bytea"
              ? (typed) => stageValue(typed, "stay")
              : undefined
          }
          onClose={() => setOpen(null)}
        />
      )}
      {open === "columns" && (
        <ChooseColumns table={table.name} all={all} shown={names} onChange={show} onClose={() => setOpen(null)} />
      )}
      {open === "history" && row && !row.insert && (
        <RowHistory branch={branch} table={table} row={row.row} onClose={() => setOpen(null)} />
      )}
    </section>
  );
}
