import { type ChangePosition, formatMicros } from "@heliosdb/port";
import type { ChangeWindow } from "./change-window.js";
import { type BranchPosition, type EventPosition, writePosition } from "./event-position.js";
import { type EventFilter, isVisible, visibleEvents } from "./visible-events.js";
import type { WindowFeed } from "./window-feed.js";

export interface StreamedEvent {
  /** The position after it. */
  readonly id: string;
  readonly event: string;
  /** JSON text. */
  readonly body: string;
}

/** Retention may have removed commits that would have come next. */
const GAP = "stream.gap";

/** Reads the events of a database after a position, as fast as they are asked for. */
export class EventReader {
  filter: EventFilter;
  private base: ChangePosition;
  private window: ChangeWindow | null = null;
  /** The last branch that was read from; null before the first of the window. */
  private reached: BranchPosition | null = null;
  /** There may be more of it in the window. */
  private isInside = false;
  /** Branches of the window that are yet to be read, and the cursor of those after them; undefined before the first. */
  private waiting: string[] = [];
  private cursor: string | null | undefined;

  constructor(
    private readonly feed: WindowFeed,
    { base, window }: EventPosition,
    filter: EventFilter,
  ) {
    this.base = base;
    this.filter = filter;
    if (window === null) return;
    this.window = feed.again(base, window.head);
    this.reached = window.reached;
    this.isInside = true;
    this.cursor = window.reached.branch;
  }

  /** The position after what was read. */
  get id(): string {
    const { base, window, reached } = this;
    return writePosition({ base, window: window && reached && { head: window.head, reached } });
  }

  /** The next events, perhaps none of them wanted; null where nothing has happened that was not read. */
  async next(): Promise<readonly StreamedEvent[] | null> {
    this.window ??= await this.feed.after(this.base);
    if (this.window === null) return null;
    const reached = this.isInside ? this.reached : await this.nextBranch(this.window);
    if (reached !== null) return this.read(this.window, reached);
    this.base = this.window.head;
    this.window = null;
    this.reached = null;
    this.cursor = undefined;
    return [];
  }

  private async nextBranch(window: ChangeWindow): Promise<BranchPosition | null> {
    while (this.waiting.length === 0) {
      if (this.cursor === null) return null;
      const page = await window.changed(this.cursor);
      this.waiting = page.branches.map(({ id }) => id);
      this.cursor = page.next;
    }
    return { branch: this.waiting.shift()!, at: this.base, part: 0 };
  }

  private async read(window: ChangeWindow, { branch, at, part }: BranchPosition): Promise<StreamedEvent[]> {
    const { changes, position, more, truncated } = await window.changesOf(branch, at);
    const found: StreamedEvent[] = [];
    const [first] = changes;
    if (truncated && first && isVisible(first, this.filter)) {
      const data = { branch_id: branch, branch_name: first.branch.name, after_scn: at.scn };
      const timestamp = formatMicros(first.timestamp);
      const body = JSON.stringify({ id: `gap_${branch}_${at.scn}`, event: GAP, timestamp, data });
      found.push({ id: this.id, event: GAP, body });
    }
    let before = at;
    for (const change of changes) {
      const events = visibleEvents(change, this.filter);
      for (let i = before === at ? part : 0; i < events.length; i++) {
        const isLast = i + 1 === events.length;
        this.reached = { branch, at: isLast ? change.position : before, part: isLast ? 0 : i + 1 };
        const event = events[i];
        if (event) found.push({ id: this.id, event: event.event, body: event.body });
      }
      before = change.position;
    }
    this.reached = { branch, at: more ? position : before, part: 0 };
    this.isInside = more;
    return found;
  }
}
