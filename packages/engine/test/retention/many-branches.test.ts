import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openReader } from "../../src/index.js";
import { KnownFiles } from "../../src/view/known-files.js";
import { manyBranches } from "../support/many-branches.js";
import type { TestDatabase } from "../support/test-database.js";

const COUNT = 400;
const BUDGET_MS = 20;
/** A turn in one piece took two seconds with this many. */
const GENEROUS_MS = 500;
const DAY = 86_400_000;

let db: TestDatabase;
/** Files that were looked into, by anybody. */
let looked: string[] = [];
const { look } = KnownFiles.prototype;
KnownFiles.prototype.look = function (file) {
  looked.push(file);
  return look.call(this, file);
};
beforeAll(() => {
  db = manyBranches(COUNT);
});
beforeEach(() => {
  looked = [];
});
afterAll(() => db.dispose());

/** Turns until nothing is left to do, with a write to main between two of them; gives the longest. */
function maintain(write = true): { turns: number; longest: number; pruned: number } {
  const sum = { turns: 0, longest: 0, pruned: 0 };
  for (let more = true; more; sum.turns++) {
    const began = performance.now();
    const report = db.writer.maintain(BUDGET_MS);
    sum.longest = Math.max(sum.longest, performance.now() - began);
    sum.pruned += report.pruned;
    more = report.more;
    if (write && more) db.execute("main", "UPDATE t SET v = 'meanwhile' WHERE id = 1");
  }
  return sum;
}

it("maintenance of many branches takes short turns, and looks once at each file that has changed", async () => {
  const first = maintain();
  expect(first.turns).toBeGreaterThan(3);
  expect(first.longest).toBeLessThan(GENEROUS_MS);
  expect(looked.length).toBeGreaterThanOrEqual(COUNT);
  // Files written to a moment ago are looked at again: the clock of the file system can't tell.
  await sleep(100);
  db.execute("many-101", "UPDATE t SET v = 'changed'");
  db.execute("main", "UPDATE t SET v = 'changed'");
  looked = [];
  maintain(false);
  expect(new Set(looked).size).toBeLessThan(5);
});

it("listing them opens none that the record knows, and sees every change at once", async () => {
  maintain(false);
  await sleep(100);
  const before = db.read({ op: "listBranches", request: {} });
  maintain(false);
  looked = [];
  const reader = openReader({ directory: db.directory });
  const listed = reader.read({ op: "listBranches", request: {} });
  expect(listed).toEqual(before);
  expect(listed).toHaveLength(COUNT + 2);
  expect(new Set(looked).size).toBeLessThan(5);
  for (let i = 0; i < 20; i++) {
    const { scn } = db.execute(`many-${100 + i}`, "INSERT INTO t (v) VALUES ('new')");
    const info = reader.read({ op: "listBranches", request: {} }).find(({ name }) => name === `many-${100 + i}`)!;
    const earlier = before.find(({ name }) => name === info.name)!;
    expect([info.headScn, info.stats.rows]).toEqual([scn, earlier.stats.rows + 1]);
    expect(reader.read({ op: "getBranch", request: { branch: info.id } })).toEqual(info);
  }
  reader.close();
});

it("overdue history of all of them goes in short turns, and a branch made meanwhile keeps what it reads", () => {
  db.control({ op: "setRetention", request: { historyMs: 5 * DAY } });
  db.travel(40 * DAY);
  const { scn } = db.execute("main", "UPDATE t SET v = 'kept'");
  db.execute("main", "UPDATE t SET v = 'later'");
  db.travel(40 * DAY);
  let [turns, longest, more] = [0, 0, true];
  for (; more; turns++) {
    const began = performance.now();
    ({ more } = db.writer.maintain(BUDGET_MS));
    longest = Math.max(longest, performance.now() - began);
    if (turns === 1) db.branch("meanwhile", "main", { kind: "scn", scn });
  }
  expect(turns).toBeGreaterThan(5);
  expect(longest).toBeLessThan(GENEROUS_MS);
  expect(db.rows("meanwhile", "SELECT DISTINCT v FROM t")).toEqual([["kept"]]);
  // What merging any two of them needs is what they share, and that stays.
  expect(db.merge("many-100", "many-150", "auto", { dryRun: true }).conflictCount).toBeGreaterThanOrEqual(0);
  maintain(false);
});
