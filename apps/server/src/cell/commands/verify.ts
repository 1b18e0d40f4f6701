import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { lockFolder } from "@heliosdb/engine-host";
import { formatMicros } from "@heliosdb/port";
import { checkDataFolder } from "../../backups/check.js";
import type { Config } from "../../config/options.js";
import { EMBEDDED_HOSTS } from "../../embedding/embedded-hosts.js";
import type { CommandResult } from "./result.js";
import { withRoom } from "./room.js";

/**
 * Makes a data folder from the store in a temporary one, and checks it as `check` does.
 * @param place where the temporary folder is made; null for the system's place
 * @param standbyPath the data folder of a standby that doesn't run, to be compared with the logs
 */
export async function verify(
  place: string | null,
  standbyPath: string | null,
  { storeUrls: urls, cell }: Config,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { rebuildCell } = await import("@heliosdb/cell");
  const standby = standbyPath === null ? null : resolve(standbyPath);
  if (standby !== null && !existsSync(standby)) throw new Error(`${standby} does not exist`);
  const within = resolve(place ?? tmpdir());
  mkdirSync(within, { recursive: true });
  const lock = standby === null ? null : await lockFolder(standby);
  const folder = mkdtempSync(join(within, "heliosdb-verify-"));
  try {
    const rebuilt = await withRoom(within, () => rebuildCell({ urls, cell, folder, standby, signal }));
    const checked = await checkDataFolder(EMBEDDED_HOSTS, folder);
    // The last line names a folder that is removed.
    const found = checked.lines.slice(0, -1);
    const count = rebuilt.problems.length + found.filter((line) => line.startsWith("PROBLEM")).length;
    return {
      lines: [
        ...found,
        ...(standby === null ? [] : [`${standby}: ${rebuilt.compared} folders were compared with their logs`]),
        ...rebuilt.problems.map((problem) => `PROBLEM ${problem}`),
        count === 0
          ? `The ${rebuilt.logs} logs of the cell ${cell} as of ${formatMicros(rebuilt.at)} are complete and undamaged`
          : `The cell ${cell} has ${count} problems`,
      ],
      isWell: count === 0,
    };
  } finally {
    lock?.release();
    rmSync(folder, { recursive: true, force: true });
  }
}
