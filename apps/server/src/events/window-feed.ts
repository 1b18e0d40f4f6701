import type { ChangePosition, ChangesPort } from "@heliosdb/port";
import { ChangeWindow } from "./change-window.js";

/** Changes reported within this time are one window. */
const GATHER_MS = 50;
/** Windows that a stream may be behind and still read only the branches that changed. */
const KEPT = 100;
/** Windows whose changes streams share. */
const SHARED = 2;
const TROUBLE_PAUSE_MS = 2_000;

/**
 * Cuts the changes of one database into windows as they come. The head of a window is asked for after its changes were
 * reported, and whatever is not beyond a head has been reported before that answer: so a window knows all its branches.
 */
export class WindowFeed {
  private windows: ChangeWindow[] = [];
  private readonly named = new Set<string>();
  private opening: Promise<void> | null = null;
  private failure: unknown = null;
  private timer: NodeJS.Timeout | undefined;
  private cutting = false;
  private isTold = false;
  private closed = false;
  private head: ChangePosition | null = null;
  private waiting = new Set<() => void>();
  private readonly unwatch: () => void;

  constructor(private readonly changes: ChangesPort) {
    this.unwatch = changes.watch((branches) => {
      for (const branch of branches) this.named.add(branch);
      this.isTold = true;
      this.schedule();
    });
  }

  /** The position after everything that has happened so far. */
  async now(): Promise<ChangePosition> {
    this.opening ??= this.changes.changesHead({}).then((head) => {
      this.head = head;
      this.schedule();
    });
    await this.opening.catch((error) => {
      this.opening = null;
      throw error;
    });
    return this.head!;
  }

  /** The window after a position; null if nothing has happened since. */
  async after(base: ChangePosition): Promise<ChangeWindow | null> {
    const head = await this.now();
    if (this.failure !== null) throw this.failure;
    const next = this.windows.find((window) => isSame(window.base, base));
    if (next) return next;
    if (head.seq <= base.seq && head.scn <= base.scn) return null;
    return new ChangeWindow(this.changes, base, head, undefined);
  }

  /** A window that was being read when its stream ended. */
  again(base: ChangePosition, head: ChangePosition): ChangeWindow {
    return new ChangeWindow(this.changes, base, head, undefined);
  }

  /** Calls back once, when something has happened; the returned function ends the wait. */
  onNext(callback: () => void): () => void {
    this.waiting.add(callback);
    return () => this.waiting.delete(callback);
  }

  close(): void {
    this.closed = true;
    this.unwatch();
    clearTimeout(this.timer);
  }

  private schedule(pause = GATHER_MS): void {
    if (this.closed || this.cutting || this.timer !== undefined || this.head === null || !this.isTold) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.cut();
    }, pause).unref();
  }

  private async cut(): Promise<void> {
    this.cutting = true;
    this.isTold = false;
    let pause = GATHER_MS;
    try {
      const head = await this.changes.changesHead({});
      const names = [...this.named];
      this.named.clear();
      const base = this.head!;
      this.failure = null;
      if (!isSame(base, head)) {
        this.windows.at(-SHARED)?.unshare();
        this.windows = [...this.windows, new ChangeWindow(this.changes, base, head, names)].slice(-KEPT);
        this.head = head;
      }
    } catch (error) {
      // Streams end with it, and their clients come back; the names are kept for the next attempt.
      this.failure = error;
      this.isTold = true;
      pause = TROUBLE_PAUSE_MS;
    } finally {
      this.cutting = false;
      const waiting = [...this.waiting];
      this.waiting.clear();
      for (const callback of waiting) callback();
      this.schedule(pause);
    }
  }
}

function isSame(one: ChangePosition, other: ChangePosition): boolean {
  return one.seq === other.seq && one.scn === other.scn;
}
