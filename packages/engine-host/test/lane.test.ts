import { renameSync } from "node:fs";
import { join } from "node:path";
import type { DatabasePort } from "@heliosdb/port";
import { expect, it } from "vitest";
import type { EngineHost } from "../dist/index.js";
import { codeOf, createItems, insert, run, startHost, until } from "./support/host.js";

const BY_KEY = "SELECT name FROM items WHERE id = ?";

/** Asks until the lane answers, and then once more: each time the same. */
async function viaLane(host: EngineHost, db: DatabasePort, sql = BY_KEY, params: readonly bigint[] = [1n]) {
  const ask = () => db.query({ branch: "main", sql, params });
  const { rows } = await ask();
  await until(async () => {
    const before = host.counters().reads.inLane;
    expect((await ask()).rows).toEqual(rows);
    return host.counters().reads.inLane > before;
  });
  return rows;
}

/** Whether the next read of a query by key is answered by the lane. */
async function isInLane(host: EngineHost, db: DatabasePort, sql = BY_KEY): Promise<boolean> {
  const before = host.counters().reads.inLane;
  await db.query({ branch: "main", sql, params: [1n] });
  return host.counters().reads.inLane > before;
}

it("answers what was weighed, and nothing else", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  expect(await viaLane(host, db)).toEqual([["one"]]);
  for (const sql of ["SELECT count(*) FROM items", "SELECT name FROM items WHERE name LIKE ? ORDER BY length(name)"]) {
    const params = sql.includes("?") ? ["o%"] : [];
    for (let i = 0; i < 20; i++) await db.query({ branch: "main", sql, params });
  }
  const before = host.counters().reads.inLane;
  await db.query({ branch: "main", sql: "SELECT count(*) FROM items" });
  expect(host.counters().reads.inLane).toBe(before);
});

it("shows each commit that anybody was told of before the query was sent", async () => {
  const { host, db } = await startHost();
  await run(db, "CREATE TABLE counters (id INTEGER PRIMARY KEY, n)");
  await run(db, "INSERT INTO counters VALUES (1, 0)");
  const sql = "SELECT n FROM counters WHERE id = ?";
  await viaLane(host, db, sql);
  const read = async () => Number((await db.query({ branch: "main", sql, params: [1n] })).rows[0]![0]);
  let [told, wrong, reads] = [0, 0, 0];
  let isOver = false;
  const reader = async () => {
    while (!isOver) {
      const known = told;
      if ((await read()) < known) wrong++;
      reads++;
    }
  };
  const readers = Array.from({ length: 8 }, reader);
  for (let n = 1; n <= 300; n++) {
    await run(db, "UPDATE counters SET n = ?", [BigInt(n)]);
    told = n;
    if ((await read()) < n) wrong++;
  }
  isOver = true;
  await Promise.all(readers);
  expect({ wrong, hasRead: reads > 300 }).toEqual({ wrong: 0, hasRead: true });
});

it("follows the schema, the branch and the database that its queries name", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  const byName = "SELECT id FROM items WHERE name = 'one' AND id = ?";
  await viaLane(host, db, byName);
  await run(db, "ALTER TABLE items RENAME TO things");
  expect(await codeOf(db.query({ branch: "main", sql: byName, params: [1n] }))).toBe("SQL_NAME_NOT_FOUND");
  await run(db, "ALTER TABLE things RENAME TO items");
  await viaLane(host, db);
  await db.createBranch({ name: "dev", parent: "main" });
  const ofDev = async () => (await db.query({ branch: "dev", sql: BY_KEY, params: [1n] })).rows;
  for (let i = 0; i < 10; i++) expect(await ofDev()).toEqual([["one"]]);
  await run(db, "UPDATE items SET name = 'two'", [], { branch: "dev" });
  for (let i = 0; i < 10; i++) expect(await ofDev()).toEqual([["two"]]);
  await db.resetBranch({ branch: "dev", to: "parent", author: "tester" });
  for (let i = 0; i < 10; i++) expect(await ofDev()).toEqual([["one"]]);
  await db.deleteBranch({ branch: "dev" });
  expect(await codeOf(ofDev())).toBe("BRANCH_NOT_FOUND");
  await host.dropDatabase("t1");
  const again = host.database("t1");
  await createItems(again);
  expect((await again.query({ branch: "main", sql: BY_KEY, params: [1n] })).rows).toEqual([]);
});

it("gives up a file with a long row, however it came there", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  await viaLane(host, db);
  await run(db, "UPDATE items SET name = hex(zeroblob(300000)) WHERE id = 1");
  const long = await db.query({ branch: "main", sql: BY_KEY, params: [1n] });
  expect(String(long.rows[0]![0])).toHaveLength(600_000);
  for (let i = 0; i < 20; i++) expect(await isInLane(host, db)).toBe(false);
});

it("goes on with a table after a large commit of short rows, once that is known", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  await viaLane(host, db);
  const many =
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) SELECT 'n' || n FROM c";
  await run(db, `INSERT INTO items (name) ${many}`);
  expect(await isInLane(host, db)).toBe(false);
  await viaLane(host, db);
});

it("leaves out what a reader does otherwise: other moments, plans, and errors", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  const { scn } = await insert(db, "one");
  await run(db, "UPDATE items SET name = 'two'");
  await viaLane(host, db);
  const request = { branch: "main", sql: BY_KEY, params: [1n] };
  expect((await db.query({ ...request, at: { kind: "scn", scn } })).rows).toEqual([["one"]]);
  expect((await db.query({ ...request, explain: true })).plan).toContain("SEARCH items");
  expect(await codeOf(db.query({ ...request, params: [] }))).toBe("PARAM_COUNT");
  expect(await codeOf(db.query({ ...request, params: [1n, 2n] }))).toBe("PARAM_COUNT");
});

it("runs nothing here where it is switched off", async () => {
  const { host, db } = await startHost({ fastLane: false });
  await createItems(db);
  await insert(db, "one");
  for (let i = 0; i < 20; i++) await db.query({ branch: "main", sql: BY_KEY, params: [1n] });
  expect(host.counters().reads.inLane).toBe(0);
});

it("serves many databases in turns", async () => {
  const { host } = await startHost();
  const databases = Array.from({ length: 12 }, (_, i) => host.database(`d${i}`));
  await Promise.all(
    databases.map(async (db, i) => {
      await createItems(db);
      await insert(db, `of ${i}`);
      await viaLane(host, db);
    }),
  );
  const asked = databases.flatMap((db, i) =>
    Array.from({ length: 40 }, async () => {
      expect((await db.query({ branch: "main", sql: BY_KEY, params: [1n] })).rows).toEqual([[`of ${i}`]]);
    }),
  );
  await Promise.all(asked);
  expect(host.counters().reads.inHand).toBe(0);
});

it("answers every read of a turn, though one of the turn's databases can't be opened here", async () => {
  const { host, dataDir } = await startHost();
  const databases = Array.from({ length: 9 }, (_, i) => host.database(`d${i}`));
  for (const db of databases) {
    await createItems(db);
    await insert(db, "one");
    await viaLane(host, db);
  }
  // The first is the one that is closed for the last.
  renameSync(join(dataDir, "databases/d0/meta.db"), join(dataDir, "databases/d0/elsewhere.db"));
  const ask = (db: DatabasePort) => codeOf(db.query({ branch: "main", sql: BY_KEY, params: [1n] }));
  const [first, last] = [databases[0]!, databases[8]!];
  const codes = await Promise.all([last, last, last, first, first, first].map(ask));
  expect(codes.slice(0, 3)).toEqual(Array(3).fill("fulfilled"));
  expect(codes.slice(3).every((code) => code === "fulfilled" || code === "STORAGE_UNAVAILABLE")).toBe(true);
  expect(host.counters().reads.inHand).toBe(0);
});
