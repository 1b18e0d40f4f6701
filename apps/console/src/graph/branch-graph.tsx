import type { Graph } from "@heliosdb/client";
import { Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Axis } from "../axis/axis.js";
import { IconButton } from "../parts/button.js";
import { tickTime } from "../util/time.js";
import { Drawing } from "./drawing.js";
import { type Dot, inSight, layoutOf } from "./layout.js";
import { nextDot } from "./moves.js";
import { describe, search } from "./search.js";
import { SCROLL_STEP, useSize } from "./use-size.js";
import { panned, ticks, type Window, zoomed } from "./window.js";

interface BranchGraphProps {
  readonly graph: Graph;
  readonly window: Window;
  readonly axis: Axis;
  readonly now: number;
  readonly text: string;
  /** The key of the dot that is open. */
  readonly chosen: string | null;
  /** Null for all of it. */
  readonly onWindow: (window: Window | null) => void;
  readonly onDot: (dot: Dot | null) => void;
  readonly onBranch: (name: string) => void;
}

const STEP = 0.8;

/** Branches as lanes over time, with now on the right. */
export function BranchGraph(props: BranchGraphProps) {
  const { graph, window, axis, now, text, chosen, onWindow, onDot, onBranch } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { width, height, top } = useSize(scroller);
  const [hovered, setHovered] = useState<Dot | null>(null);
  const drag = useRef<{ readonly x: number; readonly from: Window; moved: boolean } | null>(null);
  const layout = useMemo(() => layoutOf(graph, window, axis, width, now), [graph, window, axis, width, now]);
  const seen = useMemo(() => inSight(layout, top, top + height + SCROLL_STEP, width), [layout, top, height, width]);
  const found = useMemo(() => search(graph, text), [graph, text]);
  const active = layout.dots.find(({ key }) => key === chosen) ?? null;

  // React's own handler can't keep the page from scrolling.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY))
        return;
      event.preventDefault();
      const share = (event.clientX - element.getBoundingClientRect().left) / width;
      if (event.ctrlKey || event.metaKey) onWindow(zoomed(window, event.deltaY > 0 ? 1 / STEP : STEP, share, axis));
      else onWindow(panned(window, (event.deltaX || event.deltaY) / width, axis));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [window, axis, width, onWindow]);

  const onKey = (event: KeyboardEvent) => {
    if (event.key === "+" || event.key === "-")
      onWindow(zoomed(window, event.key === "+" ? STEP : 1 / STEP, 0.5, axis));
    else if (event.key === "Escape") onDot(null);
    else {
      const next = nextDot(layout, active, event.key);
      if (!next) return;
      onDot(next);
      const above = scroller.current?.scrollTop ?? 0;
      if (next.y < above || next.y > above + height - 30) scroller.current?.scrollTo({ top: next.y - height / 2 });
    }
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!drag.current || event.buttons === 0) return;
    const by = event.clientX - drag.current.x;
    if (Math.abs(by) > 4 && !drag.current.moved) {
      drag.current.moved = true;
      event.currentTarget.setPointerCapture(event.pointerId);
    }
    if (drag.current.moved) onWindow(panned(drag.current.from, -by / width, axis));
  };
  const shown = hovered ?? active;

  return (
    <div className="graph card">
      <div className="graph-tools">
        <IconButton
          label="Zoom in"
          icon={<ZoomIn size={16} />}
          onClick={() => onWindow(zoomed(window, STEP, 0.5, axis))}
        />
        <IconButton
          label="Zoom out"
          icon={<ZoomOut size={16} />}
          onClick={() => onWindow(zoomed(window, 1 / STEP, 0.5, axis))}
        />
        <IconButton label="All of it" icon={<Maximize2 size={15} />} onClick={() => onWindow(null)} />
      </div>
      <div
        ref={scroller}
        className="graph-scroll"
        role="application"
        aria-label="Graph of branches. Left and right move along a branch, up and down between branches, plus and minus zoom."
        tabIndex={0}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, from: window, moved: false };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = null;
        }}
      >
        <Drawing
          layout={seen}
          width={width}
          found={found}
          chosen={chosen}
          onHover={setHovered}
          onDot={onDot}
          onBranch={onBranch}
        />
      </div>
      <div className="graph-axis" aria-hidden="true">
        {ticks(window, Math.max(2, Math.floor(width / 130)), axis).map(({ share, moment, span }) => (
          <span key={share} style={{ left: `${share * 100}%` }}>
            {tickTime(new Date(moment), span)}
          </span>
        ))}
      </div>
      <p className="graph-said" role="status">
        {shown ? (
          describe(shown.branch, shown.group)
        ) : (
          <span className="soft">Choose a commit, by the pointer or with the arrow keys.</span>
        )}
      </p>
    </div>
  );
}
