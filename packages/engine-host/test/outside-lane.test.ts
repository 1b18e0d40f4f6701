import { existsSync } from "node:fs";
import { join } from "node:path";
import type { JsonQueryRequest } from "@heliosdb/port";
import { expect, it } from "vitest";
import { type EngineHost, OutsideLane } from "../dist/index.js";
import { createItems, insert, run, startHost, until } from "./support/host.js";

const BY_KEY: JsonQueryRequest = { branch: "main", sql: "SELECT name FROM items WHERE id = 1", rows: "arrays" };
const yes = () => true;

/** A lane as another process would have it: it knows nothing of the host but what goes over the channel. */
function attached(host: EngineHost) {
  const closed: string[] = [];
  let lane: OutsideLane | null = null;
  const part = host.attachLane({
    grown: (database, files) => lane!.grown(database, files),
    closeDatabase: async (database) => {
      await lane!.closeDatabase(database);
      closed.push(database);
    },
  });
  const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
  lane = new OutsideLane(plain(part.settings), async (database, request) =>
    plain(await part.weigh(database, plain(request))),
  );
  return { lane, part, closed };
}

async function known(lane: OutsideLane, request = BY_KEY): Promise<void> {
  await until(async () => lane.has("t1", request));
}

it("answers what is short from the files that the host writes, and counts it there", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  const { lane, part } = attached(host);
  expect(lane.queryJson("t1", BY_KEY, yes)).toBe(null);
  await known(lane);
  const theirs = await db.queryJson(BY_KEY);
  expect(await lane.queryJson("t1", BY_KEY, yes)).toEqual(theirs);
  await run(db, "UPDATE items SET name = 'two'");
  expect(await lane.queryJson("t1", BY_KEY, yes)).toMatchObject({ json: '[["two"]]' });
  expect(lane.reads).toBe(2);
  const before = host.counters().reads;
  part.ran(2);
  const after = host.counters().reads;
  expect([after.inLane - before.inLane, after.reads - before.reads]).toEqual([2, 2]);
  lane.close();
});

it("leaves to the host what is not plain, or may not run any more when it is its turn", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  const { lane } = attached(host);
  await known(lane);
  let may = true;
  const waiting = lane.queryJson("t1", BY_KEY, () => may);
  may = false;
  expect(await waiting).toBe(null);
  expect(lane.reads).toBe(0);
  await run(db, "ALTER TABLE items RENAME TO things");
  expect(await lane.queryJson("t1", BY_KEY, yes)).toBe(null);
  const counting = { ...BY_KEY, sql: "SELECT count(*) FROM things" };
  for (let times = 0; times < 30; times++) expect(lane.has("t1", counting)).toBe(false);
  lane.close();
});

it("weighs again what a large commit may have made long", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  await insert(db, "one");
  const { lane } = attached(host);
  await known(lane);
  await run(db, "UPDATE items SET name = ?", ["x".repeat(1_000_000)]);
  await until(async () => !lane.has("t1", BY_KEY));
  lane.close();
});

it("lets go of a database that is dropped, and does not create it again by asking", async () => {
  const { host, db, dataDir } = await startHost();
  await createItems(db);
  await insert(db, "one");
  const { lane, part, closed } = attached(host);
  await known(lane);
  const waiting = expect(lane.queryJson("t1", BY_KEY, yes)).rejects.toMatchObject({ code: "TENANT_NOT_FOUND" });
  await host.dropDatabase("t1");
  await waiting;
  expect(closed).toContain("t1");
  expect(lane.has("t1", BY_KEY)).toBe(false);
  const question = { branch: "main", sql: BY_KEY.sql, known: null };
  await expect(part.weigh("t1", question)).rejects.toMatchObject({ code: "TENANT_NOT_FOUND" });
  expect(existsSync(join(dataDir, "databases", "t1"))).toBe(false);
  part.detach();
  host.database("t1");
  await host.dropDatabase("t1");
  expect(closed.filter((name) => name === "t1").length).toBeLessThanOrEqual(2);
  lane.close();
});
