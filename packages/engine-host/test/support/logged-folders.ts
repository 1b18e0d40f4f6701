import { rmSync } from "node:fs";
import { join } from "node:path";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { Replica } from "../../../journal/src/index.js";
import { differences } from "../../../journal/test/support/copy.js";
import { until } from "../../../store/test/support/postgres.js";
import type { TestStore } from "../../../store/test/support/test-store.js";

/**
 * What differs between the databases of a folder that nobody has open and folders made from their logs, as the store's
 * standby has them; and how many entries these have.
 */
export async function compareWithLogs(store: TestStore, cell: string, dataDir: string) {
  const heads = await store.heads(cell);
  const different: string[] = [];
  let entries = 0;
  for (const [database, head] of heads) {
    // Names with a dot are no databases.
    if (head === 0 || database.includes(".")) continue;
    // The standby confirms what it has on its disk, and shows it a moment later.
    let log: Buffer[][] = [];
    await until(async () => {
      log = await store.entries(cell, database);
      return log.length === head;
    });
    entries += head;
    const base = memoryFolder("helios-log-copy-");
    const folder = join(base, "data");
    const replica = new Replica(folder, join(base, "position.json"));
    for (const parts of log) replica.apply(parts);
    different.push(...differences(join(dataDir, "databases", database), folder).map((text) => `${database}: ${text}`));
    rmSync(base, { recursive: true, force: true });
  }
  return { different, databases: [...heads.keys()], entries };
}
