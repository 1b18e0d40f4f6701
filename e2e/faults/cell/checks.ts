import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Follower } from "../../../packages/cell/dist/follow/follower.js";
import { differences } from "../../../packages/journal/test/support/copy.js";
import { Cell, Connections } from "../../../packages/store/dist/index.js";
import { query } from "../../support/http.js";

const PAGE = 5000;

/** The names of all rows of `items`. */
export async function namesIn(node: { url: string }): Promise<readonly string[]> {
  const names: string[] = [];
  for (let last = 0; ; ) {
    const sql = `SELECT id, name FROM items WHERE id > ${last} ORDER BY id LIMIT ${PAGE}`;
    const { rows } = await query(node, "main", sql);
    for (const { id, name } of rows as { id: number; name: string }[]) {
      names.push(name);
      last = id;
    }
    if (rows.length < PAGE) return names;
  }
}

/** What differs between a node's database and a folder made from the store, byte by byte. */
export async function differencesFromStore(urls: readonly string[], cell: string, dataDir: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "helios-from-store-"));
  const connections = new Connections(urls, 1);
  try {
    const source = new Cell(connections, cell);
    const own = { name: ".cell", folder: join(folder, "own") };
    const follower = new Follower(join(folder, "databases"), join(folder, "positions"), own, source);
    for (let at = await source.look(); !follower.isAt(at.heads); at = await source.look())
      await follower.follow(at.heads);
    return differences(join(dataDir, "databases/default"), join(folder, "databases/default"));
  } finally {
    await connections.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
