import type { Row, Table } from "@heliosdb/client";
import { Columns3, Expand, History, Link2, Plus, Trash2, Undo2 } from "lucide-react";
import { Button } from "../../parts/button.js";
import { Menu } from "../../parts/menu.js";
import { counted } from "../../util/text.js";
import { equalTo } from "./filter/filter-text.js";
import type { ForeignKey } from "./keys/foreign-keys.js";
import { keyColumns } from "./keys/row-key.js";
import type { ShownRow } from "./staging/grid-rows.js";

interface TableToolsProps {
  readonly total: number | undefined;
  readonly isFetching: boolean;
  /** The one that the tools are about. */
  readonly row: ShownRow | null;
  readonly edits: boolean;
  readonly hasKey: boolean;
  /** Keys of other tables that name rows of this one. */
  readonly links: readonly ForeignKey[];
  readonly tables: readonly Table[];
  readonly hiddenColumns: number;
  readonly onColumns: () => void;
  readonly onAdd: () => void;
  readonly onView: () => void;
  readonly onHistory: () => void;
  readonly onDelete: () => void;
  readonly onGo: (table: string, filter: string) => void;
}

export function TableTools(props: TableToolsProps) {
  const { total, isFetching, row, edits, hasKey, links, tables, onAdd, onView, onHistory, onDelete, onGo } = props;
  const { hiddenColumns, onColumns } = props;
  return (
    <div className="tools">
      <span className="tools-count" aria-live="polite">
        {total === undefined ? "" : counted(total, "row")}
        {isFetching && <span className="spinner spinner-soft" aria-hidden="true" />}
        {!hasKey && <span className="soft"> · no primary key, so rows can only be changed by SQL</span>}
      </span>
      {row && (
        <>
          <Button className="button-small" icon={<Expand size={13} />} onClick={onView}>
            Cell
          </Button>
          {!row.insert && hasKey && (
            <Button className="button-small" icon={<History size={13} />} onClick={onHistory}>
              Row history
            </Button>
          )}
          {links.length > 0 && (
            <Menu
              trigger={
                <Button className="button-small" icon={<Link2 size={13} />}>
                  Used by
                </Button>
              }
              items={links.map((key) => ({
                label: `${key.table}.${key.columns.join(", ")}`,
                onSelect: () => onGo(key.table, filterOf(key, row.row, tables)),
              }))}
            />
          )}
          {edits && (
            <Button
              className="button-small"
              icon={row.mark === "deleted" ? <Undo2 size={13} /> : <Trash2 size={13} />}
              onClick={onDelete}
            >
              {row.mark === "deleted" ? "Keep row" : "Delete row"}
            </Button>
          )}
        </>
      )}
      <Button className="button-small" icon={<Columns3 size={13} />} onClick={onColumns}>
        {hiddenColumns > 0 ? `Columns (${hiddenColumns} hidden)` : "Columns"}
      </Button>
      {edits && (
        <Button className="button-small" icon={<Plus size={13} />} onClick={onAdd}>
          Add row
        </Button>
      )}
    </div>
  );
}

/** The rows of the other table that name this one. */
function filterOf(key: ForeignKey, row: Row, tables: readonly Table[]): string {
  const own = tables.find(({ name }) => name.toLowerCase() === key.target.toLowerCase());
  const named = key.targetColumns ?? (own ? keyColumns(own) : []);
  return equalTo(key.columns.map((column, at) => [column, row[named[at] ?? ""]]));
}
