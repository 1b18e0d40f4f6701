import { memo, type ReactNode, type RefObject } from "react";
import { cellText } from "../cells/cell-text.js";
import type { GridCell, GridColumn, Place, RowMark } from "./grid-types.js";

interface GridRowProps {
  /** Of the grid. */
  readonly id: string;
  readonly index: number;
  /** Pixels from the top. */
  readonly start: number;
  readonly template: string;
  readonly columns: readonly GridColumn[];
  readonly name: string;
  readonly mark: RowMark | undefined;
  /** The active column, in the active row. */
  readonly active: number | undefined;
  /** In place of the active cell. */
  readonly editor: ReactNode;
  /** Both only tell whether the row has to be rendered again. */
  readonly shown: object;
  readonly version: unknown;
  /** A reference, because the functions are others each time. */
  readonly latest: RefObject<Latest>;
}

interface Latest {
  readonly cellOf: (row: number, column: number) => GridCell;
  readonly onActive: (place: Place) => void;
  readonly onOpen: ((place: Place) => void) | undefined;
}

/** One row of a grid. While the grid scrolls and grows, rows that stay in sight are not rendered again. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { id, index, start, template, columns, name, mark, active, editor, latest } = props;
  const isEditing = editor !== undefined && editor !== null;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={active !== undefined}
      className={`grid-row ${mark ? `grid-${mark}` : ""}`}
      style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
    >
      <span role="rowheader" className="grid-gutter">
        {name}
      </span>
      {columns.map((column, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
        <span
          key={column.name}
          role="gridcell"
          id={`${id}-${index}-${at}`}
          tabIndex={-1}
          aria-selected={at === active}
          className={at === active ? "grid-cell grid-active" : "grid-cell"}
          onClick={() => latest.current.onActive({ row: index, column: at })}
          onDoubleClick={() => latest.current.onOpen?.({ row: index, column: at })}
        >
          {at === active && isEditing ? (
            editor
          ) : (
            <CellContent cell={latest.current.cellOf(index, at)} column={column} />
          )}
        </span>
      ))}
    </div>
  );
});

interface CellContentProps {
  readonly cell: GridCell;
  readonly column: GridColumn;
}

function CellContent({ cell: { value, isEdited, content }, column }: CellContentProps) {
  if (content !== undefined) return content;
  const { text, kind } = cellText(value, column.type);
  return <span className={`cell cell-${kind} ${isEdited ? "cell-edited" : ""}`}>{text}</span>;
}
