import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Cell, type CellRow, type CellState, Connections } from "@heliosdb/store";
import { Compactor } from "../compact/compactor.js";
import { putAside } from "../follow/followed-folder.js";
import { Follower, namesIn } from "../follow/follower.js";
import { Lease } from "../lease/lease.js";
import { LeaseWatch } from "../lease/lease-watch.js";
import { OWN_STREAM } from "../own/own-files.js";
import { CATALOG, installOwnFiles, ownFolder, removeOwnFiles } from "../own/own-folder.js";
import type { CellNodeOptions, Serving } from "./options.js";
import { type NodeState, readState, stateFileOf, writeState } from "./state-file.js";

/** Time between two looks at the cell, in ms. */
const LOOK_MS = 250;
/** Time between two reports of a standby, in ms. */
const REPORT_MS = 2000;
/** Looks and renewals, and entries that are read meanwhile. */
const CONNECTIONS = 2;

/** This node can't be one of the cell, or not any more. */
class Refused extends Error {}

/** One machine of a cell: a standby, until it has made itself the active node. */
export class CellNode {
  /** Resolves when this node is the active one, and its folders are at the end of all logs. */
  readonly active: Promise<Serving>;
  private readonly boot = randomUUID();
  private readonly cell: Cell;
  private readonly connections: Connections;
  private readonly follower: Follower;
  private readonly watch: LeaseWatch;
  private readonly stopping = new AbortController();
  private seen: CellState | null = null;
  private state: NodeState | null;
  private serving: Serving | null = null;
  private compactor: Compactor | null = null;
  private stopped: Promise<void> | null = null;
  private isReached = true;
  private reportedAt = Number.NEGATIVE_INFINITY;
  private isFenced = false;

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
      return new CellNode(options, connections, cell, await cell.look());
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
    this.state = readState(this.stateFile);
    this.checkFolder(found.row);
    // From now on an end at any time may leave a half of an entry in a folder.
    if (this.state?.role === "standby") this.setState({ cell: this.state.cell, role: "standby" });
    this.seen = found;
    const own = { name: OWN_STREAM, folder: ownFolder(options.dataDir) };
    this.follower = new Follower(this.databasesDir, this.positionsDir, own, cell);
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
      if (this.state?.role === "standby") this.setState({ ...this.state, isAtRest: true });
      await this.cell.leave(this.options.node).catch(() => {});
    }
    await this.connections.close();
  }

  private get stateFile(): string {
    return stateFileOf(this.options.dataDir);
  }

  private get positionsDir(): string {
    return join(this.options.dataDir, "replica");
  }

  private get databasesDir(): string {
    return join(this.options.dataDir, "databases");
  }

  /**
   * Decides what the folder is worth, now that the row says this: it is put aside if it is behind or ahead of the logs.
   * Throws Refused for databases of another server, which are not touched.
   */
  private checkFolder(row: CellRow): void {
    const { cell, dataDir } = this.options;
    const { state } = this;
    if (state !== null && state.cell !== cell) {
      throw new Refused(`${dataDir} belongs to the cell ${state.cell}, not to ${cell}.`);
    }
    if (state?.role === "standby" || (state?.role === "founder" && state.boot === row.boot)) return;
    if (state?.role === "active") {
      // Nobody else has written since.
      if (row.epoch === state.epoch || row.boot === state.boot) return;
      this.say("another node has served the cell meanwhile: the databases are made from the store again");
      this.beginToFollow();
      return;
    }
    if (namesIn(this.databasesDir).length === 0 && !existsSync(join(dataDir, CATALOG))) this.beginToFollow();
    else if (row.epoch > 0) {
      throw new Refused(
        `${dataDir} has databases, and the cell ${cell} has others. Start with an empty folder, or in another cell.`,
      );
    } else this.setState({ cell, role: "founder", boot: this.boot });
  }

  private beginToFollow(): void {
    for (const name of namesIn(this.databasesDir)) putAside(join(this.databasesDir, name));
    const { dataDir } = this.options;
    removeOwnFiles(dataDir);
    putAside(ownFolder(dataDir));
    rmSync(this.positionsDir, { recursive: true, force: true });
    this.setState({ cell: this.options.cell, role: "standby" });
  }

  private setState(state: NodeState): void {
    writeState(this.stateFile, state);
    this.state = state;
  }

  private async run(): Promise<Serving> {
    const { signal } = this.stopping;
    for (;;) {
      signal.throwIfAborted();
      const epoch = await this.look();
      if (epoch !== null) return await this.serve(epoch);
      await wait(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Follows what is new; the epoch, once this node has the cell. */
  private async look(): Promise<number | null> {
    const sentAt = performance.now();
    try {
      const { row, heads } = await this.cell.look();
      this.watch.saw(row, sentAt, performance.now());
      this.seen = { row, heads };
      // A claim whose answer was lost, and that came late.
      if (row.boot === this.boot) return row.epoch;
      this.checkFolder(row);
      if (this.state?.role === "standby") {
        await this.follower.follow(heads);
        const isFree = row.boot === null || this.watch.hasEnded;
        // Nobody but the first node has what the logs don't have yet.
        if (!isFree || (row.epoch > 0 && !row.isWhole)) {
          await this.report();
          return this.reached();
        }
      }
      if (this.options.needsReplication && !(await this.cell.isReplicated())) {
        throw new Error(
          "its commits don't wait for a standby (synchronous_standby_names is empty, or synchronous_commit is not on)",
        );
      }
      return await this.claim(row);
    } catch (error) {
      if (error instanceof Refused) throw error;
      this.watch.failed();
      return this.failed(error);
    }
  }

  private async report(): Promise<void> {
    if (performance.now() - this.reportedAt < REPORT_MS) return;
    this.reportedAt = performance.now();
    await this.cell.report(this.options, this.behind ?? 0);
  }

  private async claim(row: CellRow): Promise<number | null> {
    const { cell, node, url } = this.options;
    const { state, boot } = this;
    // By it the folder is known to be the newest, if this process ends before it hears that it has the cell.
    if (state?.role === "founder") this.setState({ ...state, boot });
    if (state?.role === "active") this.setState({ cell, role: "active", epoch: row.epoch, boot });
    const epoch = await this.cell.claim(row, { node, url, boot }, this.stopping.signal);
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
      renew: () => this.cell.renew(epoch, boot),
      onFenced: () => {
        this.isFenced = true;
        void this.compactor?.stop();
        this.say(`another node has taken the cell ${cell}`);
        onFenced();
      },
    });
    try {
      if (this.state?.role === "standby") await this.catchUp();
      if (this.isFenced) throw new Refused(`another node has taken the cell ${cell}`);
      if (this.state?.role === "standby") installOwnFiles(this.options.dataDir);
      this.setState({ cell, role: "active", epoch, boot });
      this.follower.end();
      this.cell.leave(this.options.node).catch(() => {});
      this.serving = { epoch, lease, isWhole: this.seen?.row.isWhole ?? false };
      this.compactor = this.compaction();
      this.say(`serves the cell ${cell} in epoch ${epoch}`);
      return this.serving;
    } catch (error) {
      await lease.stop();
      throw error;
    }
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
