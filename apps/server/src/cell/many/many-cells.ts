import { Connections, Directory } from "@heliosdb/cell";
import type { Logger } from "pino";
import type { Config } from "../../config/options.js";
import type { MovingParts } from "../../embedding/moving-parts.js";
import type { Elsewhere } from "../../http/checks/elsewhere.js";
import { PassingOn } from "../pass-on/passing-on.js";
import { CellDirectory } from "./cell-directory.js";
import { Mover } from "./mover.js";
import { OtherCells } from "./other-cells.js";

/** Lookups and moves. Requests wait for lookups, so a move that copies gigabytes has connections of its own. */
const CONNECTIONS = 4;
const MOVING_CONNECTIONS = 6;

/** What an active node has to do with the other cells of its store. */
export class ManyCells {
  readonly directory: CellDirectory;
  private readonly ending = new AbortController();
  private readonly looking: Connections;
  private readonly moving: Connections;
  private readonly passingOn: PassingOn;

  constructor(
    private readonly config: Pick<Config, "storeUrls" | "cell" | "node" | "dataDir">,
    private readonly epoch: number,
    private readonly log: Logger,
  ) {
    const { storeUrls, cell, node } = config;
    this.looking = new Connections(storeUrls, CONNECTIONS);
    this.moving = new Connections(storeUrls, MOVING_CONNECTIONS);
    this.directory = new CellDirectory(new Directory(this.looking, cell, this.ending.signal), cell);
    this.passingOn = new PassingOn(`${cell}/${node}`);
  }

  /** Says what this cell has, and begins to move tenants. */
  async start(parts: MovingParts): Promise<{ readonly elsewhere: Elsewhere; stop(): Promise<void> }> {
    const { tenants, keys, isBehindFronts } = parts;
    const { log, epoch, directory } = this;
    const { cell, dataDir } = this.config;
    for (const problem of await directory.publish(tenants, keys)) log.warn({ cell }, problem);
    const mover = new Mover(parts, { cell, epoch, dataDir, connections: this.moving, directory, log });
    mover.start();
    return {
      elsewhere: new OtherCells(directory, tenants, keys, this.passingOn, isBehindFronts),
      stop: () => mover.stop(),
    };
  }

  async close(): Promise<void> {
    this.ending.abort(new Error("the server ends"));
    await this.passingOn.close();
    await Promise.all([this.looking.close(), this.moving.close()]);
  }
}
