import { resolve } from "node:path";
import { formatMicros } from "@heliosdb/port";
import type { Config } from "../../config/options.js";
import type { CommandResult } from "./result.js";
import { withRoom } from "./room.js";

/** Makes a data folder of a cell as it is now, or was at a moment (µs since 1970). */
export async function exportTo(
  path: string,
  at: number | null,
  { storeUrls: urls, cell }: Config,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { exportCell, TooEarly } = await import("@heliosdb/cell");
  const folder = resolve(path);
  try {
    const made = await withRoom(folder, () => exportCell({ urls, cell, folder, at, signal }));
    return { lines: [`${folder} has ${made.databases} databases as of ${formatMicros(made.at)}`], isWell: true };
  } catch (error) {
    if (!(error instanceof TooEarly)) throw error;
    throw new Error(
      `the store has no entries of that moment any more. The oldest one after it is ${formatMicros(error.possibleFrom)}. ` +
        "HELIOSDB_STORE_LOG says how much of each log is kept.",
    );
  }
}
