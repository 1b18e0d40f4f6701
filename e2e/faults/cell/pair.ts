import { setTimeout as sleep } from "node:timers/promises";
import { ServerNode, SHORT_LEASE } from "../../support/cell.js";
import { StoreLinks } from "../../support/store-links.js";
import type { FailingStore } from "./store.js";

/** Exit code of a node that another one has taken the cell from. */
export const FENCED = 75;

/** A node as it is now, and its ways to the store. */
export interface Place {
  readonly name: string;
  readonly links: StoreLinks;
  node: ServerNode;
}

/** Two nodes of a cell, one of which serves it. */
export class Pair {
  private constructor(
    private readonly cell: string,
    public active: Place,
    public standby: Place,
  ) {}

  static async start(store: FailingStore, cell: string): Promise<Pair> {
    const first = await place(store, cell, "a");
    await first.node.isActive();
    const second = await place(store, cell, "b");
    await second.node.isFollowing();
    return new Pair(cell, first, second);
  }

  get both(): readonly [Place, Place] {
    return [this.active, this.standby];
  }

  /** Starts the node of a place again, which has ended. */
  async restart(at: Place): Promise<void> {
    const { port, dataDir } = at.node;
    at.node = await ServerNode.start({
      ...{ urls: at.links.urls, cell: this.cell, node: at.name, port, dataDir, env: SHORT_LEASE },
    });
  }

  /** Resolves when one node serves, and the other one follows it. A failover of the store may have moved the cell. */
  async settle(): Promise<void> {
    for (;;) {
      for (const at of this.both) {
        if (at.node.running) continue;
        const code = await at.node.ended();
        if (code !== FENCED) throw new Error(`The node ${at.name} ended with ${code}:\n${at.node.output}`);
        await this.restart(at);
      }
      if ((await this.standby.node.readiness())?.ready) [this.active, this.standby] = [this.standby, this.active];
      const [active, standby] = [await this.active.node.readiness(), await this.standby.node.readiness()];
      if (active?.ready && standby?.entries_behind === 0 && standby.leader?.node === this.active.name) return;
      await sleep(100);
    }
  }

  /** Ends everything, and removes it. */
  async remove(): Promise<void> {
    for (const { node, links } of this.both) {
      await node.kill();
      node.removeData();
      await links.close();
    }
  }
}

async function place(store: FailingStore, cell: string, name: string): Promise<Place> {
  const links = await StoreLinks.to(store.ports, store.urlAt);
  return { name, links, node: await ServerNode.start({ urls: links.urls, cell, node: name, env: SHORT_LEASE }) };
}
