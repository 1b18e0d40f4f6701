/** Requests that begin in one turn of the event loop. The others wait for the next turns. */
export const MOST_BEGUN = 64;
/** The same once they have waited for so long: then it matters more that refusals and others' requests are quick. */
export const FEW_BEGUN = 16;
export const CROWDED_MS = 50;
/** While there are new connections in each turn, so many are accepted, in so much time, before any request begins. */
export const MOST_ACCEPTED = 64;
export const ACCEPTING_MS = 100;
/**
 * Requests of one owner that wait. There is no limit on the time that they have waited: where the machine gives this process
 * no core for a while, it is no longer a crowd for that.
 */
export const MOST_WAITING = 1024;

export interface Waiting {
  begin(): void;
  /** Its client has gone away: it is not begun. */
  isGone(): boolean;
}

interface InLine {
  readonly since: number;
  readonly waiting: Waiting;
}

/**
 * Divides what a process has to do into short turns of its event loop. Node accepts one connection in each turn, and
 * answers others only between two of them. So with a thousand requests in each, a new connection would wait behind a crowd
 * for as long as that takes a thousand times. Turns in which no request begins are short, and they and the others alternate
 * while there are new connections. As long as there are few requests, each begins as soon as it has arrived.
 *
 * Owners take turns, so that none waits behind the crowd of another, and a crowd that is too large is refused before
 * anything is done for it.
 */
export class Turns {
  private begun = 0;
  private most = MOST_BEGUN;
  private hasAccepted = false;
  /** Connections that were accepted without a request being begun, and since when. */
  private accepts = 0;
  private acceptingSince = 0;
  private isScheduled = false;
  /** By owner, in the order in which they take turns. */
  private readonly lines = new Map<string, InLine[]>();

  /** A connection was accepted: there may be others behind it. */
  accepted(): void {
    this.hasAccepted = true;
    if (this.accepts++ === 0) this.acceptingSince = performance.now();
    this.most = 0;
    this.schedule();
  }

  /**
   * Begins a request now or in a later turn. Returns false for one that is to be refused.
   * @param ownerOf asked only where it has to wait
   */
  begin(ownerOf: () => string, waiting: Waiting): boolean {
    this.schedule();
    if (this.lines.size === 0 && this.begun < this.most) {
      this.begun++;
      waiting.begin();
      return true;
    }
    const owner = ownerOf();
    const since = performance.now();
    let line = this.lines.get(owner);
    if (line && line.length >= MOST_WAITING) {
      line = line.filter((one) => !one.waiting.isGone());
      this.lines.set(owner, line);
    }
    if (!line) this.lines.set(owner, [{ since, waiting }]);
    else if (line.length >= MOST_WAITING) return false;
    else line.push({ since, waiting });
    return true;
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(this.next);
  }

  private readonly next = (): void => {
    this.isScheduled = false;
    this.begun = 0;
    this.most = this.isAccepting() ? 0 : this.isCrowded() ? FEW_BEGUN : MOST_BEGUN;
    this.hasAccepted = false;
    while (this.lines.size > 0 && this.begun < this.most) {
      const [owner, line] = this.lines.entries().next().value!;
      const { waiting } = line.shift()!;
      this.lines.delete(owner);
      // Behind the others.
      if (line.length > 0) this.lines.set(owner, line);
      if (waiting.isGone()) continue;
      this.begun++;
      waiting.begin();
    }
    if (this.lines.size > 0) this.schedule();
  };

  private isCrowded(): boolean {
    if (this.lines.size === 0) return false;
    const [first] = this.lines.values().next().value!;
    return performance.now() - first!.since > CROWDED_MS;
  }

  /** Whether this turn is for connections. */
  private isAccepting(): boolean {
    const goesOn =
      this.hasAccepted && this.accepts < MOST_ACCEPTED && performance.now() - this.acceptingSince < ACCEPTING_MS;
    if (!goesOn) this.accepts = 0;
    return goesOn;
  }
}
