import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, KeyRound } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { GridRow } from "./grid-row.js";
import type { GridCell, GridColumn, Place, RowMark } from "./grid-types.js";
import { moved } from "./moves.js";

interface GridProps {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  /** Rows that are there; the grid asks for more near their end. */
  readonly rowCount: number;
  /** Of all rows, where it is known. */
  readonly total?: number;
  readonly cellOf: (row: number, column: number) => GridCell;
  /**
   * Stands for all that a row shows: it is rendered again only when this is another object. Without it, every row is
   * rendered again when the grid is.
   */
  readonly rowOf?: (row: number) => object | undefined;
  /** Another value renders every row again. */
  readonly version?: unknown;
  readonly rowName: (row: number) => string;
  readonly rowMark?: (row: number) => RowMark | undefined;
  readonly order?: { readonly column: string; readonly descending: boolean } | null;
  readonly onOrder?: (column: string) => void;
  /** A heading was dragged to the place of another. */
  readonly onMoveColumn?: (name: string, to: number) => void;
  readonly active: Place | null;
  readonly onActive: (place: Place) => void;
  /** In place of the active cell. */
  readonly editor?: ReactNode;
  /** Enter or a double click. */
  readonly onOpen?: (place: Place) => void;
  /** A key that the grid has no use for. */
  readonly onKey?: (event: KeyboardEvent, place: Place) => void;
  readonly onNearEnd?: () => void;
  readonly foot?: ReactNode;
}

const ROW_HEIGHT = 30;
const GUTTER = 52;
const NEAR = 120;

/** Rows and columns of any number, of which only those in sight are drawn. One stop for the Tab key; arrows move inside. */
export function Grid(props: GridProps) {
  const { label, columns, rowCount, total, cellOf, rowName, rowMark, order, onOrder, active, onActive } = props;
  const { rowOf, version, editor, onOpen, onKey, onNearEnd, onMoveColumn, foot } = props;
  const [dragged, setDragged] = useState<string | null>(null);
  const latest = useRef({ cellOf, onActive, onOpen });
  latest.current = { cellOf, onActive, onOpen };
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;

  useEffect(() => {
    if (last >= 0 && last >= rowCount - NEAR) onNearEnd?.();
  }, [last, rowCount, onNearEnd]);

  const activeRow = active?.row;
  const activeColumn = active?.column;
  const isEditing = editor !== undefined && editor !== null;
  useEffect(() => {
    if (activeRow === undefined || activeColumn === undefined) return;
    virtual.scrollToIndex(activeRow);
    intoSight(scroller.current, activeColumn, columns);
  }, [activeRow, activeColumn, columns, virtual]);
  // Where an editor closed, the keys are the grid's again.
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !isEditing) scroller.current?.focus({ preventScroll: true });
    wasEditing.current = isEditing;
  }, [isEditing]);

  const handleKey = (event: KeyboardEvent) => {
    if (event.target !== scroller.current || rowCount === 0) return;
    const place = active ?? { row: 0, column: 0 };
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / ROW_HEIGHT) - 2);
    const next = moved(place, event.key, event.ctrlKey || event.metaKey, rowCount, columns.length, page);
    if (next) {
      event.preventDefault();
      onActive(active ? next : place);
    } else if (event.key === "Enter" && onOpen && active) {
      event.preventDefault();
      onOpen(place);
    } else if (active) onKey?.(event, place);
  };

  const template = `${GUTTER}px ${columns.map(({ width }) => `${width}px`).join(" ")}`;
  const width = GUTTER + columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <div
      ref={scroller}
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={(total ?? rowCount) + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={active ? `${id}-${active.row}-${active.column}` : undefined}
      tabIndex={0}
      onKeyDown={handleKey}
    >
      <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template, width }}>
        <span role="columnheader" className="grid-gutter">
          <span className="sr-only">Row</span>
        </span>
        {columns.map((column, at) => {
          const isSorted = order?.column === column.name;
          const sorted = isSorted ? (order?.descending ? "descending" : "ascending") : "none";
          return (
            <span
              key={column.name}
              role="columnheader"
              className={column.name === dragged ? "grid-title grid-dragged" : "grid-title"}
              aria-sort={onOrder ? sorted : undefined}
              draggable={onMoveColumn !== undefined}
              onDragStart={(event) => {
                // Firefox drags nothing that carries nothing.
                event.dataTransfer.setData("text/plain", column.name);
                setDragged(column.name);
              }}
              onDragEnd={() => setDragged(null)}
              onDragOver={(event) => dragged !== null && event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged !== null) onMoveColumn?.(dragged, at);
              }}
            >
              <HeadingButton column={column} onOrder={onOrder}>
                {column.isKey && <KeyRound size={12} aria-label="key" className="grid-key" />}
                <span className="grid-name">{column.name}</span>
                {column.declaredType && <span className="grid-type">{column.declaredType.toLowerCase()}</span>}
                {isSorted && (order?.descending ? <ArrowDown size={13} /> : <ArrowUp size={13} />)}
              </HeadingButton>
            </span>
          );
        })}
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize(), width }}>
        {items.map(({ index, start }) => (
          <GridRow
            key={index}
            id={id}
            index={index}
            start={start}
            template={template}
            columns={columns}
            name={rowName(index)}
            mark={rowMark?.(index)}
            active={index === activeRow ? activeColumn : undefined}
            editor={index === activeRow ? editor : undefined}
            shown={rowOf?.(index) ?? cellOf}
            version={version}
            latest={latest}
          />
        ))}
      </div>
      {foot}
    </div>
  );
}

function HeadingButton({
  column,
  onOrder,
  children,
}: Pick<GridProps, "onOrder"> & { column: GridColumn; children: ReactNode }) {
  if (!onOrder) return <span className="grid-sort">{children}</span>;
  return (
    <button type="button" className="grid-sort" onClick={() => onOrder(column.name)} title={`Sort by ${column.name}`}>
      {children}
    </button>
  );
}

/** Scrolls sideways just as far as the column needs. */
function intoSight(scroller: HTMLDivElement | null, column: number, columns: readonly GridColumn[]): void {
  if (!scroller) return;
  const left = columns.slice(0, column).reduce((sum, each) => sum + each.width, 0);
  const right = left + (columns[column]?.width ?? 0);
  const seen = scroller.clientWidth - GUTTER;
  if (left < scroller.scrollLeft) scroller.scrollLeft = left;
  else if (right > scroller.scrollLeft + seen) scroller.scrollLeft = right - seen;
}
