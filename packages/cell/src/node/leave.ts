import { rmSync } from "node:fs";
import { join } from "node:path";
import { installOwnFiles } from "../own/own-folder.js";
import { leftOpen } from "./left-open.js";
import { readState, stateFileOf } from "./state-file.js";

/**
 * Makes the data folder of a node one of a server of its own, before anybody opens what is in it: a node could not tell
 * later what was written meanwhile. Returns the name of the cell that it belonged to, or null for a folder of no cell. Throws
 * for the folder of a node that was killed.
 */
export function leaveCell(dataDir: string): string | null {
  const file = stateFileOf(dataDir);
  const state = readState(file);
  if (state === null) return null;
  const next = "Start it in its cell once more, and stop it, or use another node's folder.";
  if (state.role === "active") {
    if (leftOpen(dataDir).length > 0) {
      throw new Error(
        `${dataDir} is the folder of a node that served the cell ${state.cell} and did not end by itself, so what was ` +
          `acknowledged last may not be on its disk. ${next} If the store is lost for good, remove ${file}.`,
      );
    }
  }
  if (state.role === "standby") {
    if (!state.isAtRest) {
      throw new Error(
        `${dataDir} is the folder of a standby of the cell ${state.cell} that did not end by itself, so an entry may be ` +
          `in it by half. ${next}`,
      );
    }
    installOwnFiles(dataDir);
  }
  rmSync(join(dataDir, "replica"), { recursive: true, force: true });
  rmSync(join(dataDir, "own"), { recursive: true, force: true });
  rmSync(file);
  return state.cell;
}
