import { EngineHost } from "../../dist/index.js";

/**
 * A host with a store in a process of its own, which is killed. Writes the name of each row to its output once that is
 * acknowledged.
 */
const { dataDir, store, prefix } = JSON.parse(process.argv[2]);
const options = { dataDir, store, defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000, maxRows: 100 };
const host = await EngineHost.start(options);
const databases = ["t1", "t2"].map((name) => host.database(name));

async function write(db, database, branch, name) {
  const statements = [{ sql: "INSERT INTO items (name) VALUES (?)", params: [name] }];
  await db.execute({ branch, author: "tester", statements });
  process.stdout.write(`${database} ${branch} ${name}\n`);
}

await Promise.all(
  databases.map(async (db, i) => {
    const sql = "CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)";
    await db.execute({ branch: "main", author: "tester", statements: [{ sql }] });
    const branch = `b${prefix}`;
    await db.createBranch({ name: branch });
    process.stdout.write(`t${i + 1} ${branch}\n`);
    const writers = ["main", branch].flatMap((name) => Array.from({ length: 4 }, (_, k) => ({ name, k })));
    await Promise.all(
      writers.map(async ({ name, k }) => {
        for (let n = 0; ; n++) await write(db, `t${i + 1}`, name, `${prefix}-${name}-${k}-${n}`);
      }),
    );
  }),
);
