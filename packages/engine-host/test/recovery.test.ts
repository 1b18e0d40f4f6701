import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeOf, createItems, insert, names, startHost, tempDir } from "./support/host.js";

it("what an opening finds out of place is told once, and the database is served", async () => {
  const dataDir = tempDir();
  const first = await startHost({ dataDir });
  await createItems(first.db);
  await first.host.close();
  const folder = join(dataDir, "databases", "t1");
  writeFileSync(join(folder, "branches", "notes.txt"), "mine");
  writeFileSync(join(folder, "transfers", "notes.txt"), "mine");
  const { db, events } = await startHost({ dataDir });
  await insert(db, "a");
  expect(await names(db)).toEqual(["a"]);
  expect(events.filter(({ kind }) => kind === "recovery")).toEqual([
    { kind: "recovery", database: "t1", detail: expect.stringContaining("lost+found/branches-notes.txt") },
  ]);
  expect(existsSync(join(folder, "transfers", "notes.txt"))).toBe(true);
});

it("a database without its record is refused, told once, and the others are served", async () => {
  const dataDir = tempDir();
  const first = await startHost({ dataDir });
  await createItems(first.db);
  await createItems(first.host.database("t2"));
  await first.host.close();
  const meta = join(dataDir, "databases", "t1", "meta.db");
  renameSync(meta, join(dataDir, "meta.db"));
  const { host, db, events } = await startHost({ dataDir });
  for (let i = 0; i < 3; i++) expect(await codeOf(names(db))).toBe("STORAGE_UNAVAILABLE");
  expect(await codeOf(insert(db, "a"))).toBe("STORAGE_UNAVAILABLE");
  await insert(host.database("t2"), "a");
  expect(events).toEqual([
    { kind: "recovery", database: "t1", detail: expect.stringContaining("meta.db, is missing") },
  ]);
  expect(existsSync(meta)).toBe(false);
  renameSync(join(dataDir, "meta.db"), meta);
  expect(await names(db)).toEqual([]);
});

it("files that a killed server had on their way in or out go at the next start", async () => {
  const dataDir = tempDir();
  const folder = join(dataDir, "databases", "t1", "transfers");
  mkdirSync(folder, { recursive: true });
  const id = "0b9d7c8e-1f2a-4b3c-8d4e-5f6a7b8c9d0e";
  const left = [
    `rows-${id}`,
    `import-${id}.db`,
    `import-${id}.db-wal`,
    `export-12-${id}.db`,
    `export-12-${id}.db.unfinished-wal`,
  ];
  for (const name of left) writeFileSync(join(folder, name), "");
  await startHost({ dataDir });
  expect(left.filter((name) => existsSync(join(folder, name)))).toEqual([]);
  rmSync(folder, { recursive: true });
});
