import { setTimeout as wait } from "node:timers/promises";
import { Cell, Connections, cellStatus } from "@heliosdb/store";

export interface StepDownOptions {
  readonly urls: readonly string[];
  readonly cell: string;
  readonly leaseMs: number;
  /** Ends the wait. What was asked for stays so. */
  readonly signal?: AbortSignal;
  /** The node has been asked. */
  onAsked?(node: string): void;
}

/** Time between two looks, in ms. */
const LOOK_MS = 250;
/** A standby says every two seconds that it is there. */
const SEEN_MS = 5000;

/**
 * Has the active node leave the cell to a standby, and waits until another node has taken it. Rejects where no standby could
 * take over, or where the same node had to take the cell again.
 * @returns the names of both nodes
 */
export async function stepDown(options: StepDownOptions): Promise<{ readonly from: string; readonly to: string }> {
  const { urls, cell: name, leaseMs, signal, onAsked } = options;
  const { active, standbys, isWhole, epoch } = await cellStatus(urls, name);
  if (active === null) throw new Error(`no node serves the cell ${name}`);
  if (!isWhole) throw new Error("the first node has not sent all of its databases yet, so no other one could go on");
  const seenMs = Math.max(leaseMs, SEEN_MS);
  if (!standbys.some(({ node, seenAgo }) => node !== active.node && seenAgo * 1000 <= seenMs)) {
    throw new Error(
      `no standby was seen within ${seenMs / 1000} seconds, so nobody could take over from ${active.node}`,
    );
  }
  const connections = new Connections(urls, 1);
  try {
    const cell = new Cell(connections, name);
    const { row } = await cell.look();
    if (row.epoch !== epoch || row.boot === null || !(await cell.askToLeave(epoch, row.boot))) {
      throw new Error("another node has just taken the cell");
    }
    onAsked?.(active.node);
    const to = await next(cell, epoch, signal);
    if (to === active.node) throw new Error(`${to} serves the cell again: no standby has taken it`);
    return { from: active.node, to };
  } finally {
    await connections.close();
  }
}

/** The node that serves the cell in a later epoch. */
async function next(cell: Cell, epoch: number, signal?: AbortSignal): Promise<string> {
  for (;;) {
    // The store may have a failover meanwhile.
    const row = await cell.look().then(
      (state) => state.row,
      () => null,
    );
    if (row !== null && row.epoch > epoch && row.boot !== null) return row.node ?? "";
    await wait(LOOK_MS, undefined, { signal });
  }
}
