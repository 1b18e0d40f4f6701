import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Cell, CellRow } from "@heliosdb/store";
import { putAside } from "../follow/followed-folder.js";
import { Follower, namesIn } from "../follow/follower.js";
import { ReadAhead } from "../follow/read-ahead.js";
import { OWN_STREAM } from "../own/own-files.js";
import { CATALOG, installOwnFiles, ownFolder, removeOwnFiles } from "../own/own-folder.js";
import { Refused } from "./refused.js";
import { type NodeState, readState, stateFileOf, writeState } from "./state-file.js";

/** The data folder of a node, and what it is worth. */
export class NodeFolder {
  private now: NodeState | null;

  constructor(
    private readonly dataDir: string,
    private readonly cell: string,
    /** Id of this process. */
    private readonly boot: string,
    private readonly say: (text: string) => void,
  ) {
    this.now = readState(stateFileOf(dataDir));
  }

  get state(): NodeState | null {
    return this.now;
  }

  get role(): NodeState["role"] | undefined {
    return this.now?.role;
  }

  /** What keeps the folders of a standby up to the logs. */
  follower(source: Cell): Follower {
    const own = { name: OWN_STREAM, folder: ownFolder(this.dataDir) };
    return new Follower(this.databasesDir, this.positionsDir, own, new ReadAhead(source));
  }

  /**
   * Decides what it is worth, now that the row says this: it is put aside if it is behind or ahead of the logs. Throws
   * Refused for databases of another server, which are not touched.
   */
  check(row: CellRow): void {
    const { cell, dataDir, now: state } = this;
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
    } else this.set({ cell, role: "founder", boot: this.boot });
  }

  /** From now on an end at any time may leave a half of an entry in the folder of a standby. */
  beginToWrite(): void {
    if (this.now?.role !== "standby") return;
    const { isAtRest: _, ...state } = this.now;
    this.set(state);
  }

  /** No entry is in it by half. */
  rest(): void {
    if (this.now?.role === "standby") this.set({ ...this.now, isAtRest: true });
  }

  /** The store gets to know this process by the node's name: the next one on this folder knows that it has ended. */
  isNamed(): void {
    const { now, boot } = this;
    if (now?.role === "standby" && now.boot !== boot) this.set({ ...now, boot });
  }

  /** By it the folder is known to be the newest, if this process ends before it hears that it has the cell. */
  isClaimed(epoch: number): void {
    const { now, cell, boot } = this;
    if (now?.role === "founder") this.set({ ...now, boot });
    if (now?.role === "active") this.set({ cell, role: "active", epoch, boot });
  }

  /** It is at the end of all logs, and its databases may be opened. */
  isServed(epoch: number): void {
    const { now, cell, boot } = this;
    if (now?.role === "standby") installOwnFiles(this.dataDir);
    this.set({ cell, role: "active", epoch, boot });
  }

  private beginToFollow(): void {
    for (const name of namesIn(this.databasesDir)) putAside(join(this.databasesDir, name));
    const { cell, dataDir } = this;
    removeOwnFiles(dataDir);
    putAside(ownFolder(dataDir));
    rmSync(this.positionsDir, { recursive: true, force: true });
    this.set({ cell, role: "standby" });
  }

  private get positionsDir(): string {
    return join(this.dataDir, "replica");
  }

  private get databasesDir(): string {
    return join(this.dataDir, "databases");
  }

  private set(state: NodeState): void {
    writeState(stateFileOf(this.dataDir), state);
    this.now = state;
  }
}
