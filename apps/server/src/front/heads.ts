/** Requests of one owner that main has not begun to answer. Further ones of the owner wait here for their turn. */
export const MOST_OF_OWNER = 64;
/** As long as there are fewer in all, it doesn't matter whose they are. */
export const FEW = 64;

/** Ends the wait for a head. May be called more than once. */
type Over = () => void;

interface Line {
  /** Those of the owner that were counted for it. */
  begun: number;
  readonly waiting: Waiting[];
}

export interface Waiting {
  begin(over: Over): void;
  /** Its client has gone away: it is not begun. */
  isGone(): boolean;
}

/**
 * Divides the requests that wait for the head of main's response. Each of them needs a connection to main, which accepts
 * one in each turn of its event loop: behind a thousand connections of a crowd, those of others would wait for as long as
 * that takes. What has its head, such as a stream, does not count any more, however long it goes on.
 */
export class Heads {
  private total = 0;
  private readonly lines = new Map<string, Line>();

  /** @param ownerOf asked only where it matters */
  run(ownerOf: () => string, waiting: Waiting): void {
    if (this.total < FEW) {
      this.total++;
      waiting.begin(once(() => this.total--));
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
      once(() => {
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
}

function once(over: Over): Over {
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    over();
  };
}
