import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Cell, type CellRow, type CellState, Connections, type ServingNode } from "@heliosdb/store";
import { Compactor } from "../compact/compactor.js";
import type { Follower } from "../follow/follower.js";
import { Lease } from "../lease/lease.js";
import { LeaseWatch } from "../lease/lease-watch.js";
import { NodeFolder } from "./node-folder.js";
import { NOT_REPLICATED } from "./not-replicated.js";
import type { CellNodeOptions, Serving } from "./options.js";
import { OwnName } from "./own-name.js";
import { Refused } from "./refused.js";

/** Time between two looks at the cell, in ms. */
const LOOK_MS = 250;
/** Time between two reports of a standby, in ms; with a short lease, so often in a lease. */
const REPORT_MS = 2000;
const REPORTS = 2.5;
/** Looks and renewals, and entries that are read meanwhile. */
const CONNECTIONS = 2;

/** One machine of a cell: a standby, until it has made itself the active node. */
export class CellNode {
  /** Resolves when this node is the active one, and its folders are at the end of all logs. */
  readonly active: Promise<Serving>;
  private readonly boot = randomUUID();
  private readonly cell: Cell;
  private readonly connections: Connections;
  private readonly follower: Follower;
  private readonly watch: LeaseWatch;
  private readonly name: OwnName;
  private readonly folder: NodeFolder;
  private readonly stopping = new AbortController();
  private seen: CellState | null = null;
  private serving: Serving | null = null;
  private compactor: Compactor | null = null;
  private stopped: Promise<void> | null = null;
  private isReached = true;
  private reportedAt = Number.NEGATIVE_INFINITY;
  private isFenced = false;
  private isLeaving = false;

  /**
   * Joins a cell, which begins with its first node. Rejects where the data folder has databases of another server, or the
   * store can't be reached.
   */
  static async join(options: CellNodeOptions): Promise<CellNode> {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    const connections = new Connections(options.urls, CONNECTIONS);
    try {
      const cell = new Cell(connections, options.cell);
      await cell.create();
      return new CellNode(options, connections, cell, await cell.look(options.node));
    } catch (error) {
      await connections.close();
      throw error;
    }
  }

  private constructor(
    private readonly options: CellNodeOptions,
    connections: Connections,
    cell: Cell,
    found: CellState,
  ) {
    const { leaseMs } = options;
    this.connections = connections;
    this.cell = cell;
    this.watch = new LeaseWatch(leaseMs);
    this.folder = new NodeFolder(options.dataDir, cell.name, this.boot, (text) => this.say(text));
    this.name = new OwnName(cell.name, options.node, leaseMs, [this.boot, this.folder.state?.boot]);
    this.folder.check(found.row);
    this.folder.beginToWrite();
    this.seen = found;
    this.follower = this.folder.follower(cell);
    this.active = this.run();
    // Whoever never asks for it has stopped the node.
    this.active.catch(() => {});
  }

  /** The node that serves the cell, as far as this one knows; null where none does. */
  get leader(): { readonly node: string; readonly url: string | null } | null {
    const { node, url } = this.options;
    if (this.serving !== null) return { node, url };
    const row = this.seen?.row;
    return row?.boot == null ? null : { node: row.node ?? "", url: row.url };
  }

  /** Entries that this node's folders don't have yet; 0 on the active node, null before the first look. */
  get behind(): number | null {
    if (this.serving !== null) return 0;
    return this.seen === null ? null : this.follower.behind(this.seen.heads);
  }

  /**
   * Lets others take the cell over, once all databases of the folder that it began with have been opened, so that their
   * logs have them. Until then nobody else could go on with them.
   */
  async makeWhole(): Promise<void> {
    await this.cell.makeWhole((await this.active).epoch, this.boot);
  }

  /**
   * Leaves the cell to others. An active node may call it when its databases are closed: another one takes over at once
   * then, and not after a lease.
   */
  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    this.stopping.abort(new Error("the node was stopped"));
    this.follower.stop();
    await this.active.catch(() => {});
    await this.compactor?.stop();
    if (this.serving) {
      await this.serving.lease.stop();
      await this.cell.release(this.serving.epoch, this.boot).catch(() => {});
    } else {
      this.follower.sync();
      this.folder.rest();
      await this.cell.leave(this.self).catch(() => {});
    }
    await this.connections.close();
  }

  private get self(): ServingNode {
    const { node, url } = this.options;
    return { node, url, boot: this.boot };
  }

  private async run(): Promise<Serving> {
    const { signal } = this.stopping;
    for (;;) {
      signal.throwIfAborted();
      const epoch = await this.look();
      if (epoch !== null) return await this.serve(epoch);
      await wait(this.nextLookMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Where the lease of the active node ends before the next look, this looks then. A timer may be early by 1 ms. */
  private get nextLookMs(): number {
    const endsIn = this.watch.endsIn(performance.now());
    return endsIn === null ? LOOK_MS : Math.min(LOOK_MS, Math.ceil(endsIn) + 1);
  }

  /** Follows what is new; the epoch, once this node has the cell. */
  private async look(): Promise<number | null> {
    const sentAt = performance.now();
    try {
      const seen = await this.cell.look(this.options.node);
      const answeredAt = performance.now();
      const { row, heads } = seen;
      this.watch.saw(row, sentAt, answeredAt);
      this.seen = seen;
      // A claim whose answer was lost, and that came late.
      if (row.boot === this.boot) return await this.cell.claimedBy(this.boot);
      this.folder.check(row);
      const isNamed = this.name.saw(seen, this.folder.role === "active", sentAt, answeredAt);
      if (this.folder.role === "standby") {
        await this.follower.follow(heads);
        if (isNamed) await this.report(seen.standby?.boot ?? null);
        const isFree = row.boot === null || this.watch.hasEnded;
        // Nobody but the first node has what the logs don't have yet.
        if (!isFree || (row.epoch > 0 && !row.isWhole)) return this.reached();
      }
      if (!isNamed) return this.reached();
      if (this.hasLeft(row) && !this.watch.hasEnded) return this.reached();
      if (this.options.needsReplication && !(await this.cell.isReplicated())) {
        throw new Error(NOT_REPLICATED);
      }
      return await this.claim(row);
    } catch (error) {
      if (error instanceof Refused) throw error;
      this.watch.failed();
      this.name.failed();
      return this.failed(error);
    }
  }

  /** The folder's last process was asked to leave the cell to another node, which gets a whole lease to take it. */
  private hasLeft({ boot, leaving }: CellRow): boolean {
    const { state } = this.folder;
    return boot === null && state?.role === "active" && state.boot === leaving;
  }

  /** @param before the process that the store knows by this node's name */
  private async report(before: string | null): Promise<void> {
    const everyMs = Math.min(REPORT_MS, this.options.leaseMs / REPORTS);
    if (performance.now() - this.reportedAt < everyMs) return;
    this.reportedAt = performance.now();
    this.folder.isNamed();
    await this.cell.report(this.self, this.behind ?? 0, before);
  }

  private async claim(row: CellRow): Promise<number | null> {
    this.folder.isClaimed(row.epoch);
    const epoch = await this.cell.claim(row, this.self, this.stopping.signal);
    this.reached();
    return epoch;
  }

  /** Says once that the store can't be used. */
  private failed(error: unknown): null {
    if (this.isReached) this.say(`the store can't be used: ${error instanceof Error ? error.message : String(error)}`);
    this.isReached = false;
    return null;
  }

  private reached(): null {
    if (!this.isReached) this.say("the store can be used again");
    this.isReached = true;
    return null;
  }

  /** Others can't add to the logs any more. */
  private async serve(epoch: number): Promise<Serving> {
    const { cell, leaseMs, onFenced } = this.options;
    const { boot } = this;
    const lease = new Lease({
      leaseMs,
      renew: async () => {
        const { isAskedToLeave, isReplicated } = await this.cell.renew(epoch, boot);
        if (isAskedToLeave) this.askedToLeave();
        return this.mayRely(isReplicated);
      },
      onFenced: () => {
        this.isFenced = true;
        void this.compactor?.stop();
        this.say(`another node has taken the cell ${cell}`);
        onFenced();
      },
    });
    try {
      if (this.folder.role === "standby") await this.catchUp();
      if (this.isFenced) throw new Refused(`another node has taken the cell ${cell}`);
      this.folder.isServed(epoch);
      this.follower.end();
      this.cell.leave(this.self).catch(() => {});
      this.serving = { epoch, lease, isWhole: this.seen?.row.isWhole ?? false };
      this.compactor = this.compaction();
      this.say(`serves the cell ${cell} in epoch ${epoch}`);
      return this.serving;
    } catch (error) {
      await lease.stop();
      throw error;
    }
  }

  /** Whether this node may tell anybody of what the store has; says when that changes. */
  private mayRely(isReplicated: boolean): boolean {
    const mayRely = isReplicated || !this.options.needsReplication;
    if (mayRely) this.reached();
    else this.failed(new Error(NOT_REPLICATED));
    return mayRely;
  }

  /** Said once, when this node serves. */
  private askedToLeave(): void {
    if (this.serving === null || this.isLeaving) return;
    this.isLeaving = true;
    this.say(`was asked to leave the cell ${this.options.cell} to another node`);
    this.options.onAskedToLeave?.();
  }

  private compaction(): Compactor {
    const { urls, cell, compaction } = this.options;
    return new Compactor({ urls, cell, limits: compaction, onEvent: (text) => this.say(text) });
  }

  /** Applies what the logs have. */
  private async catchUp(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      signal.throwIfAborted();
      try {
        const { heads } = await this.cell.look();
        await this.follower.follow(heads);
        this.reached();
        if (this.isFenced || this.follower.isAt(heads)) break;
      } catch (error) {
        this.failed(error);
      }
      await wait(LOOK_MS, undefined, { signal }).catch(() => {});
    }
    this.follower.sync();
  }

  private say(text: string): void {
    this.options.onEvent?.(text);
  }
}
