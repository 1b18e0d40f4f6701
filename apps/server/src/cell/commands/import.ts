import { resolve } from "node:path";
import { lockFolder } from "@heliosdb/engine-host";
import { checkDataFolder } from "../../backups/check.js";
import type { Config } from "../../config/options.js";
import { EMBEDDED_HOSTS } from "../../embedding/embedded-hosts.js";
import type { CommandResult } from "./result.js";

/** Makes a cell of the data folder of a server that doesn't run. */
export async function importFrom(path: string, config: Config, signal: AbortSignal): Promise<CommandResult> {
  const { checkImport, importCell, prepareStore } = await import("@heliosdb/cell");
  const { storeUrls: urls, cell, leaseMs, storeDurability } = config;
  const dataDir = resolve(path);
  checkImport(dataDir);
  await prepareStore(urls);
  // A node would refuse to open what is damaged, when the cell is in use already.
  const { isWhole, lines } = await checkDataFolder(EMBEDDED_HOSTS, dataDir);
  if (!isWhole) return { lines: [...lines, "Nothing was sent."], isWell: false };
  const lock = await lockFolder(dataDir);
  try {
    const databases = await importCell({
      ...{ urls, cell, dataDir, leaseMs, signal },
      needsReplication: storeDurability === "synchronous",
      onSent: (name, number, count) => console.log(`sent ${name}, ${number} of ${count}`),
    });
    return {
      lines: [`The cell ${cell} has the ${databases} databases of ${dataDir}. Start its nodes with empty folders.`],
      isWell: true,
    };
  } finally {
    lock.release();
  }
}
