import { useMemo, useState } from "react";
import { Grid } from "../../grid/grid.js";
import type { Place } from "../../grid/grid-types.js";
import { columnWidth } from "../../grid/widths.js";
import { CellViewer } from "../shared/cell-viewer.js";
import type { Rows } from "./run.js";

export function ResultGrid({ result: { columns, types, rows } }: { readonly result: Rows }) {
  const [active, setActive] = useState<Place | null>(null);
  const [isOpen, setOpen] = useState(false);
  const shown = useMemo(
    () =>
      columns.map((name, at) => {
        const type = types[at] ?? "text";
        return {
          name,
          type,
          width: columnWidth(
            name,
            type,
            rows.slice(0, 40).map((row) => row[name]),
          ),
        };
      }),
    [columns, types, rows],
  );
  const place = active && active.row < rows.length && active.column < shown.length ? active : null;
  const column = place && shown[place.column]!;
  return (
    <>
      <Grid
        label="Result"
        columns={shown}
        rowCount={rows.length}
        cellOf={(row, at) => ({ value: rows[row]?.[shown[at]!.name] })}
        rowName={(row) => (row + 1).toLocaleString("en")}
        active={place}
        onActive={setActive}
        onOpen={(next) => {
          setActive(next);
          setOpen(true);
        }}
        foot={rows.length === 0 && <p className="grid-none">No rows.</p>}
      />
      {isOpen && place && column && (
        <CellViewer
          column={{ name: column.name, type: column.type, declaredType: "", nullable: true, primaryKey: false }}
          value={rows[place.row]?.[column.name]}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
