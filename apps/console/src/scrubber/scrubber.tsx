import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { IconButton } from "../parts/button.js";
import { pointText, scnOf } from "../point/point.js";
import { useClient } from "../session/session.js";
import { counted } from "../util/text.js";
import { fullTime, shortTime } from "../util/time.js";
import { neighbour } from "./steps.js";
import { placeOf, scnAt, trackOf } from "./track.js";
import { useDensity, within } from "./use-density.js";

interface ScrubberProps {
  readonly branch: string;
  readonly at: string | undefined;
  readonly onMove: (at: string | undefined) => void;
}

const HEIGHT = 34;
const WIDTH = 1000;
/** Between two reads while it is dragged. */
const PAUSE_MS = 90;
const LAST = 0.995;

/** The commits of a branch over time. Whoever moves along it reads the page as it was then. */
export function Scrubber({ branch, at, onMove }: ScrubberProps) {
  const client = useClient();
  const element = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const { data, error, isPending, isFetching } = useDensity(branch);
  const track = useMemo(() => trackOf(data?.buckets ?? []), [data]);
  const sending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(sending.current), []);
  if (isPending && isFetching) return <div className="scrubber" aria-hidden="true" />;
  if (error || !data || data.buckets.length === 0) return null;

  const { earliest, latest } = data;
  const scn = at === undefined ? latest.scn : (scnOf(at) ?? scnAt(track, placeOfMoment(at)));
  const position = dragged ?? (at === undefined ? 1 : placeOf(track, scn ?? latest.scn));

  const isHere = at !== undefined && position > 0.06 && position < 0.86;

  function placeOfMoment(text: string): number {
    const moment = new Date(text).getTime();
    return Number.isNaN(moment) ? 1 : track.axis.at(moment) / track.axis.length;
  }
  // Whatever moves it last wins over a place that it was dragged to before.
  const moveTo = (point: string | undefined) => {
    clearTimeout(sending.current);
    onMove(point);
  };
  const pointAt = (place: number) => {
    const found = scnAt(track, place);
    return place > LAST || found === null || found >= latest.scn ? undefined : `scn:${found}`;
  };
  const dragTo = (place: number) => {
    setDragged(place);
    clearTimeout(sending.current);
    sending.current = setTimeout(() => onMove(pointAt(place)), PAUSE_MS);
  };
  const drop = () => {
    if (dragged !== null) moveTo(pointAt(dragged));
    setDragged(null);
  };
  const step = async (direction: -1 | 1) => {
    if (scn === null) return;
    const next = await neighbour(data.buckets, scn, direction, (bucket) => within(client, branch, bucket));
    if (next !== null && next < latest.scn) moveTo(`scn:${next}`);
    else if (direction === 1) moveTo(undefined);
  };
  const onPointer = (event: PointerEvent) => {
    const box = element.current?.getBoundingClientRect();
    if (!box || (event.type === "pointermove" && event.buttons === 0)) return;
    if (event.type === "pointerdown") element.current?.setPointerCapture(event.pointerId);
    dragTo(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)));
  };
  const onKey = (event: KeyboardEvent) => {
    const direction = ({ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 } as const)[event.key];
    if (direction) void step(direction);
    else if (event.key === "Home") moveTo(`scn:${earliest.scn}`);
    else if (event.key === "End") moveTo(undefined);
    else return;
    event.preventDefault();
  };

  return (
    <div className="scrubber">
      <IconButton label="The commit before" icon={<ChevronLeft size={16} />} onClick={() => step(-1)} />
      <div
        ref={element}
        className="scrubber-track"
        role="slider"
        tabIndex={0}
        aria-label="Point in time"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(position * 100)}
        aria-valuetext={at === undefined ? "now" : pointText(at)}
        title={`${counted(data.commits, "commit")}, ${fullTime(earliest.timestamp)} to ${fullTime(latest.timestamp)}`}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onPointerUp={drop}
        onPointerCancel={drop}
        onKeyDown={onKey}
      >
        <svg className="scrubber-bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {track.bars.map(({ bucket, from, until, height }) => (
            <rect
              key={bucket.first.scn}
              x={from * WIDTH - 1.2}
              y={HEIGHT * (1 - height)}
              width={Math.max(2.4, (until - from) * WIDTH)}
              height={HEIGHT * height}
              className={from <= position + 1e-6 ? "bar-past" : "bar-ahead"}
            />
          ))}
        </svg>
        <span className="scrubber-day" style={{ width: `${position * 100}%` }} />
        <span className="scrubber-sun" style={{ left: `${position * 100}%` }} />
      </div>
      <IconButton
        label="The commit after"
        icon={<ChevronRight size={16} />}
        disabled={at === undefined}
        onClick={() => step(1)}
      />
      <span className="scrubber-ends" aria-hidden="true">
        <span>{!isHere || position > 0.36 ? shortTime(earliest.timestamp) : ""}</span>
        {isHere && (
          <span className="scrubber-here" style={{ left: `${position * 100}%` }}>
            {shortTime(new Date(track.axis.moment(position * track.axis.length)))}
          </span>
        )}
        <span>now</span>
      </span>
    </div>
  );
}
