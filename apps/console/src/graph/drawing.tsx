import { memo } from "react";
import { curve, type Dot, type Edge, type Layout, type Line } from "./layout.js";
import type { Found } from "./search.js";

interface DrawingProps {
  readonly layout: Layout;
  readonly width: number;
  /** Everything else is drawn faint. */
  readonly found: Found | null;
  readonly chosen: string | null;
  readonly onHover: (dot: Dot | null) => void;
  readonly onDot: (dot: Dot) => void;
  readonly onBranch: (name: string) => void;
}

const COLOURS = 8;
/** Commits of a fold beyond which it isn't drawn larger. */
const LARGE = 200;

export const Drawing = memo(function Drawing({ layout, width, found, chosen, onHover, onDot, onBranch }: DrawingProps) {
  const isFaint = (line: Line) => found !== null && !found.branches.has(line.branch.id);
  return (
    <svg className="graph-svg" width={width} height={layout.height} aria-hidden="true">
      {layout.edges.map((edge) => (
        <path key={edge.key} d={curve(edge)} className={edgeClass(edge, found)} />
      ))}
      {layout.lines.map((line) => (
        <g key={line.branch.id} className={`lane-${line.lane % COLOURS} ${isFaint(line) ? "faint" : ""}`}>
          <line x1={line.x2} x2={line.x3} y1={line.y} y2={line.y} className="line-rest" />
          <line x1={line.x1} x2={line.x2} y1={line.y} y2={line.y} className="line" />
        </g>
      ))}
      {layout.dots.map((dot) => (
        <DotMark
          key={dot.key}
          dot={dot}
          isFaint={found !== null && !found.dots.has(dot.key)}
          isChosen={dot.key === chosen}
          onHover={onHover}
          onDot={onDot}
        />
      ))}
      {layout.lines.map((line) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the list beside it has the keys
        <text
          key={line.branch.id}
          x={Math.max(line.x1 + 6, 8)}
          y={line.y - 11}
          className={`graph-name lane-${line.lane % COLOURS} ${isFaint(line) ? "faint" : ""}`}
          onClick={() => onBranch(line.branch.name)}
        >
          {line.branch.name}
        </text>
      ))}
    </svg>
  );
});

interface DotMarkProps {
  readonly dot: Dot;
  readonly isFaint: boolean;
  readonly isChosen: boolean;
  readonly onHover: (dot: Dot | null) => void;
  readonly onDot: (dot: Dot) => void;
}

function DotMark({ dot, isFaint, isChosen, onHover, onDot }: DotMarkProps) {
  const { x, y, lane, group, isMerge } = dot;
  const isFold = group.commits > 1;
  const radius = isFold ? 6 + Math.min(4, (4 * Math.log(group.commits)) / Math.log(LARGE)) : 4.5;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the element around the drawing has the keys
    <g
      className={`dot lane-${lane % COLOURS} ${isFaint ? "faint" : ""} ${isChosen ? "dot-chosen" : ""}`}
      onPointerEnter={() => onHover(dot)}
      onPointerLeave={() => onHover(null)}
      onClick={() => onDot(dot)}
    >
      <circle cx={x} cy={y} r={radius + 6} className="dot-target" />
      <circle cx={x} cy={y} r={radius} className={isMerge ? "dot-merge" : isFold ? "dot-fold" : "dot-one"} />
      {isFold && (
        <text x={x} y={y + 3.2} className="dot-count">
          {group.commits > 99 ? "99+" : group.commits}
        </text>
      )}
    </g>
  );
}

function edgeClass({ key, kind, lane }: Edge, found: Found | null): string {
  const id = key.split(" ")[kind === "fork" ? 1 : 2]!;
  return `edge edge-${kind} lane-${lane % COLOURS} ${found !== null && !found.branches.has(id) ? "faint" : ""}`;
}
