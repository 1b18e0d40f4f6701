import { Cell, type CellMoment, Connections, cellAt, connectToPrimary, holdBases } from "@heliosdb/store";
import { ReadAhead } from "../follow/read-ahead.js";

/** Where the logs of a cell ended at one moment, and what is in them. */
export interface CellSource {
  readonly moment: CellMoment;
  readonly logs: ReadAhead;
}

/**
 * Calls `work` with the logs of a cell at one moment, while the cell is in use. Nothing is folded into their bases
 * meanwhile, so their entries stay, however long it takes; the logs grow by what is written.
 * @param at in µs since 1970, by the store's clock; null for now
 */
export async function withCellAt<T>(
  urls: readonly string[],
  name: string,
  at: number | null,
  work: (source: CellSource) => Promise<T>,
): Promise<T> {
  const connections = new Connections(urls, 1);
  const holding = await connectToPrimary(urls);
  try {
    await holdBases(holding, name);
    const cell = new Cell(connections, name);
    const moment = await cellAt(holding, name, at);
    // What was seen may be on one server only.
    await cell.settle();
    return await work({ moment, logs: new ReadAhead(cell) });
  } finally {
    await holding.end().catch(() => {});
    await connections.close();
  }
}
