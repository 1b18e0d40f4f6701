import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { memoryFolder } from "../../../../packages/engine/test/support/memory-folder.js";
import { compareWithLogs } from "../../../../packages/engine-host/test/support/logged-folders.js";
import { Replica } from "../../../../packages/journal/src/index.js";
import { until } from "../../../../packages/store/test/support/postgres.js";
import type { TestStore } from "../../../../packages/store/test/support/test-store.js";

/** Folders that are larger are not compared: copies of them would take more memory than there is. */
const MOST_BYTES = 32 * 1024 * 1024;
const OWN = ".cell";

/** Throws where the databases, the catalog or a secret of a folder that nobody has open differ from its logs. */
export async function compareCell(store: TestStore, cell: string, dataDir: string): Promise<void> {
  const databases = join(dataDir, "databases");
  const isWhole = readdirSync(databases).every((name) => sizeOf(join(databases, name, "meta.db")) > 0);
  if (!isWhole || sizesIn(dataDir) > MOST_BYTES) return;
  const { different } = await compareWithLogs(store, cell, dataDir);
  different.push(...(await ownDifferences(store, cell, dataDir)));
  if (different.length > 0) throw new Error(`the logs are of another folder:\n${different.join("\n")}`);
}

async function ownDifferences(store: TestStore, cell: string, dataDir: string): Promise<string[]> {
  const head = (await store.heads(cell)).get(OWN) ?? 0;
  let log: Buffer[][] = [];
  await until(async () => {
    log = await store.entries(cell, OWN);
    return log.length === head;
  });
  const base = memoryFolder("helios-own-copy-");
  try {
    const folder = join(base, "data");
    const replica = new Replica(folder, join(base, "position.json"));
    for (const parts of log) replica.apply(parts);
    const names = ["catalog.db", "jwt.secret", "admin.key", "signing.key"];
    return names.filter((name) => !contentOf(join(dataDir, name)).equals(contentOf(join(folder, name))));
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function contentOf(file: string): Buffer {
  return existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function sizesIn(folder: string): number {
  return readdirSync(folder, { recursive: true }).reduce((sum, name) => sum + sizeOf(join(folder, String(name))), 0);
}
