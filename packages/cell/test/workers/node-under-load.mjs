import { EngineHost } from "@heliosdb/engine-host";
import { CellNode } from "../../dist/index.js";

/**
 * A node in a process of its own. Once it is active it writes rows, each with a name of its own, and says each name when
 * that is acknowledged. It looks at its lease before, as whoever answers clients has to.
 */
const { prefix, database, ...options } = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(`${line}\n`);
const node = await CellNode.join({
  ...options,
  url: null,
  onFenced: () => process.exit(75),
  onEvent: (text) => say(`event ${text}`),
});
let host = null;
process.once("SIGTERM", async () => {
  await host?.close();
  await node.stop();
  process.exit(0);
});
say("joined");
const { epoch, lease } = await node.active;
const { urls, cell, dataDir } = options;
const limits = { defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000, maxRows: 100 };
host = await EngineHost.start({ dataDir, store: { urls, cell, epoch }, ...limits });
const db = host.database(database);
const run = (sql, ...params) => db.execute({ branch: "main", author: "tester", statements: [{ sql, params }] });
await run("CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
await node.makeWhole();
say(`active ${epoch}`);
await Promise.all(
  [0, 1, 2, 3].map(async (k) => {
    for (let n = 0; ; n++) {
      const name = `${prefix}-${k}-${n}`;
      try {
        await run("INSERT INTO items (name) VALUES (?)", name);
      } catch {
        return;
      }
      if (lease.isValid) say(`row ${name}`);
    }
  }),
);
