import type { ChangesPort } from "@heliosdb/port";
import type { Logger } from "pino";
import type { WebhookWorker } from "./webhook-worker.js";

/** Changes reported within this time are read together. */
const GATHER_MS = 50;
const TROUBLE_PAUSE_MS = 2_000;
/** How often all branches are checked, in case a change was not reported. */
const ALL_EVERY_MS = 600_000;

/** Finds the branches of one database that have changed, and wakes its webhooks. */
export class ChangeFeed {
  readonly workers = new Map<string, WebhookWorker>();
  private named = new Set<string>();
  private isTold = false;
  private all = false;
  private running = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  /** The newest change of the record that was read. */
  private seq = 0;
  private readonly unwatch: () => void;
  private readonly interval: NodeJS.Timeout;

  constructor(
    private readonly changes: ChangesPort,
    private readonly log: Logger,
  ) {
    this.unwatch = changes.watch((branches) => {
      for (const branch of branches) this.named.add(branch);
      this.isTold = true;
      this.schedule(GATHER_MS);
    });
    this.interval = setInterval(() => this.scanAll(), ALL_EVERY_MS).unref();
  }

  /** Checks all branches, and wakes the webhooks that have not processed all of their changes. */
  scanAll(): void {
    this.all = true;
    this.schedule(0);
  }

  close(): void {
    this.closed = true;
    this.unwatch();
    clearInterval(this.interval);
    clearTimeout(this.timer);
  }

  private schedule(ms: number): void {
    if (this.closed || this.running || this.timer !== undefined) return;
    const run = () => {
      this.timer = undefined;
      void this.run();
    };
    this.timer = setTimeout(run, ms).unref();
  }

  private async run(): Promise<void> {
    const [all, named] = [this.all, [...this.named]];
    this.all = false;
    this.isTold = false;
    this.named.clear();
    this.running = true;
    let pause = GATHER_MS;
    try {
      await this.scan(all ? undefined : named);
    } catch (error) {
      this.all = true;
      pause = TROUBLE_PAUSE_MS;
      if (!this.closed) this.log.warn({ err: error }, "changes for webhooks could not be read");
    } finally {
      this.running = false;
      if (this.all || this.isTold) this.schedule(pause);
    }
  }

  /** Without branches: all of them. */
  private async scan(branches: readonly string[] | undefined): Promise<void> {
    const workers = [...this.workers.values()];
    if (workers.length === 0) return;
    const bases = workers.map(({ webhook }) => webhook.base);
    const scn = Math.min(...bases.map((base) => base.scn));
    const after = { seq: branches ? this.seq : Math.min(...bases.map((base) => base.seq)), scn };
    let first: number | undefined;
    for (let cursor: string | undefined; !this.closed; ) {
      const page = await this.changes.changedBranches({ after, branches, cursor });
      first ??= page.seq;
      for (const worker of workers) {
        if (branches === undefined) await worker.catchUp(page);
        else for (const { id } of page.branches) worker.wake(id);
      }
      if (page.next === null) break;
      cursor = page.next;
    }
    this.seq = Math.max(this.seq, first ?? 0);
  }
}
