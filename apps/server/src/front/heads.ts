/** Requests of one owner that main has not begun to answer. Further ones of the owner wait here for their turn. */
export const MOST_OF_OWNER = 64;
/** As long as there are fewer in all, it doesn't matter whose they are. */
export const FEW = 64;

/**
 * Time for which one counts, in ms. Main has accepted its connection long before, unless there is a crowd; what it waits for
 * then is the rest of the request, or its own work.
 */
export const LONGEST_MS = 1000;

/** Ends the wait for a head. May be called more than once. */
type Over = () => void;

interface Line {
  /** Those of the owner that were counted for it. */
  begun: number;
  readonly waiting: Waiting[];
}

interface Open {
  readonly since: number;
  readonly over: Over;
}

export interface Waiting {
  begin(over: Over): void;
  /** Its client has gone away: it is not begun. */
  isGone(): boolean;
}

/**
 * Divides the requests that wait for the head of main's response. Each of them needs a connection to main, which accepts
 * one in each turn of its event loop: behind a thousand connections of a crowd, those of others would wait for as long as
 * that takes. What has its head, such as a stream, does not count any more, however long it goes on; nor does what has been
 * under way for a while, such as a request whose client sends it byte by byte: clients that do so would keep everybody else
 * of their tenant from being answered.
 */
export class Heads {
  private total = 0;
  private readonly lines = new Map<string, Line>();
  /** Those that count, the oldest first. */
  private readonly open = new Set<Open>();
  private sweeping: NodeJS.Timeout | null = null;

  constructor(private readonly longestMs = LONGEST_MS) {}

  /** @param ownerOf asked only where it matters */
  run(ownerOf: () => string, waiting: Waiting): void {
    if (this.total < FEW) {
      this.total++;
      waiting.begin(this.counted(() => this.total--));
      return;
    }
    const owner = ownerOf();
    let line = this.lines.get(owner);
    if (!line) {
      line = { begun: 0, waiting: [] };
      this.lines.set(owner, line);
    }
    if (line.begun < MOST_OF_OWNER) this.begin(owner, line, waiting);
    else line.waiting.push(waiting);
  }

  private begin(owner: string, line: Line, waiting: Waiting): void {
    this.total++;
    line.begun++;
    waiting.begin(
      this.counted(() => {
        this.total--;
        line.begun--;
        this.next(owner, line);
      }),
    );
  }

  private next(owner: string, line: Line): void {
    while (line.begun < MOST_OF_OWNER) {
      const waiting = line.waiting.shift();
      if (!waiting) break;
      if (!waiting.isGone()) this.begin(owner, line, waiting);
    }
    if (line.begun === 0 && line.waiting.length === 0) this.lines.delete(owner);
  }

  /** Calls `over` once: when it is told to, or after the longest time. */
  private counted(over: Over): Over {
    const open: Open = { since: performance.now(), over: () => this.open.delete(open) && over() };
    this.open.add(open);
    this.sweeping ??= setTimeout(() => this.sweep(), this.longestMs).unref();
    return open.over;
  }

  private sweep(): void {
    const before = performance.now() - this.longestMs;
    for (const { since, over } of this.open) {
      if (since > before) break;
      over();
    }
    this.sweeping = this.open.size === 0 ? null : setTimeout(() => this.sweep(), this.longestMs / 4).unref();
  }
}
