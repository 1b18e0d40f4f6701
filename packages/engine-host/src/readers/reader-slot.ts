import { schedulerWaitMs } from "../process/scheduler-wait.js";
import type { WorkerLaunch } from "../process/worker-process.js";
import { type SlotHandlers, WorkerSlot } from "../process/worker-slot.js";
import type { ReadJob } from "./job.js";
import type { ReaderResponse, StreamNews } from "./protocol.js";

/** One request on its way through a reader process. */
export interface Sent {
  readonly id: number;
  /** Null for the closing of a database. */
  readonly job: ReadJob | null;
  /** The job has been given to another reader too. */
  moved: boolean;
  /** For the closing of a database: called when it is closed, or its process gone. */
  readonly closed?: () => void;
}

/** The facts about the first in hand when it was looked at first. */
interface FirstLook {
  readonly at: number;
  readonly head: Sent;
  /** Milliseconds that it had run at most, and that its process had waited for a core ever. */
  readonly ran: number;
  readonly waited: number;
}

/** Time before the first look counts as running up to this limit: the rest may have been spent waiting for a core, or for us. */
const MOST_AT_FIRST_LOOK_MS = 20;

/** A slot for a reader process, with what it has in hand, in order: the first is the one that runs. */
export class ReaderSlot {
  readonly slot: WorkerSlot<ReaderResponse>;
  sent: Sent[] = [];
  /** When the first in hand became the first. */
  headSince = 0;
  /** Runs a request that is known, or expected, to take long: it gets no others. */
  heavy = false;
  /** When its process was last known to be alive. */
  seenAt = 0;
  private lastId = 0;
  private firstLook: FirstLook | null = null;

  constructor(
    launch: WorkerLaunch,
    handlers: SlotHandlers<ReaderResponse>,
    /** Whether it is for heavy requests only. */
    readonly isForHeavy: boolean,
  ) {
    this.slot = new WorkerSlot(launch, handlers);
  }

  get head(): Sent | undefined {
    return this.sent[0];
  }

  /**
   * Milliseconds that the first in hand has run by now. Where a machine is busy with other things, a read by key may take
   * as long as one that goes through a table; so what its process waited for a core is taken off, where the system tells.
   */
  ran(now: number): number {
    const { head } = this;
    if (!head) return 0;
    const waited = schedulerWaitMs(this.slot.pid);
    if (waited === null) return now - this.headSince;
    if (this.firstLook?.head !== head) {
      this.firstLook = { at: now, head, ran: Math.min(now - this.headSince, MOST_AT_FIRST_LOOK_MS), waited };
    }
    const { firstLook } = this;
    return firstLook.ran + (now - firstLook.at) - (waited - firstLook.waited);
  }

  /**
   * The same, where time before the first look counts as a whole: main may have been too busy to look, and what took long
   * meanwhile must not pass for short.
   */
  ranAtMost(now: number): number {
    const ran = this.ran(now);
    const { firstLook } = this;
    return firstLook && firstLook.head === this.head ? ran - firstLook.ran + (firstLook.at - this.headSince) : ran;
  }

  /** Whether requests that are not heavy may be given to it. */
  get light(): boolean {
    return !this.heavy && this.slot.ready;
  }

  /** What it runs at the moment, unless that has been given to another reader or nobody waits for it. */
  get running(): ReadJob | null {
    const { head } = this;
    return this.slot.ready && head?.job && !head.moved && !head.job.settled ? head.job : null;
  }

  run(job: ReadJob): void {
    const id = ++this.lastId;
    this.append({ id, job, moved: false });
    this.slot.sendText(job.frame(id));
  }

  close(database: string, closed: () => void): void {
    const id = ++this.lastId;
    this.append({ id, job: null, moved: false, closed });
    this.slot.send({ id, close: database });
  }

  /** Asks for requests to be dropped that have not begun. They stay in hand until the process says so. */
  cancel(requests: readonly Sent[]): void {
    if (requests.length > 0) this.slot.send({ cancel: requests.map(({ id }) => id) });
  }

  /** Tells the reader something of the stream that it runs. */
  tell(news: StreamNews): void {
    this.slot.send(news);
  }

  /** The first has been answered. */
  answered(id: number): Sent {
    const first = this.sent.shift();
    if (first?.id !== id) throw new Error(`a reader answered request ${id}, not ${first?.id}`);
    this.headSince = performance.now();
    this.seenAt = this.headSince;
    this.heavy = false;
    return first;
  }

  cancelled(ids: readonly number[]): void {
    const head = this.head;
    this.sent = this.sent.filter(({ id }) => !ids.includes(id));
    if (this.head !== head) this.headSince = performance.now();
  }

  /** The process is gone. */
  takeAll(): Sent[] {
    const all = this.sent;
    this.sent = [];
    this.heavy = false;
    return all;
  }

  private append(sent: Sent): void {
    if (this.sent.length === 0) this.headSince = performance.now();
    this.sent.push(sent);
  }
}
