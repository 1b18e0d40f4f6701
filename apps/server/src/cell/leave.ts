import { lockFolder } from "@heliosdb/engine-host";
import type { Logger } from "pino";

/** Makes the data folder of a node one of a server of its own. Throws where that can't be, or another server uses it. */
export async function leave(dataDir: string, log: Logger): Promise<void> {
  const { leaveCell } = await import("@heliosdb/cell/leave");
  const lock = await lockFolder(dataDir);
  try {
    const cell = leaveCell(dataDir);
    if (cell !== null) log.warn({ cell }, "this folder was a node's: it is no part of the cell any more");
  } finally {
    lock.release();
  }
}
