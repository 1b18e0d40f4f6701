import { expect, it } from "vitest";
import {
  codeOf,
  createItems,
  ENDLESS,
  faultyWorker,
  insert,
  names,
  ready,
  run,
  startHost,
  until,
  value,
} from "./support/host.js";

const SLOW_INSERT = `INSERT INTO items (name) SELECT 'never' || (${ENDLESS})`;

it("commits concurrent writes in groups", async () => {
  const { db, host } = await startHost();
  await createItems(db);
  const results = await Promise.all(Array.from({ length: 500 }, (_, n) => insert(db, `n${n}`)));
  expect(new Set(results.map(({ scn }) => scn)).size).toBe(500);
  expect(await names(db)).toEqual(Array.from({ length: 500 }, (_, n) => `n${n}`));
  const { groups, largestGroup } = host.counters().writes;
  expect(groups).toBeLessThan(50);
  expect(largestGroup).toBeGreaterThan(100);
});

it("answers each member of a group for itself", async () => {
  const { db } = await startHost();
  await createItems(db);
  const codes = await Promise.all(["a", "b", "a", "c"].map((name) => codeOf(insert(db, name))));
  expect(codes).toEqual(["fulfilled", "fulfilled", "UNIQUE_VIOLATION", "fulfilled"]);
  expect(await names(db)).toEqual(["a", "b", "c"]);
});

it("ends a write at its deadline without effect, and runs the others of its group", async () => {
  const { db, host } = await startHost();
  await createItems(db);
  const slow = run(db, SLOW_INSERT, [], { deadlineMs: 1000 });
  const others = Array.from({ length: 20 }, (_, n) => insert(db, `n${n}`));
  await expect(slow).rejects.toMatchObject({ code: "QUERY_TIMEOUT", message: expect.stringContaining("no effect") });
  await Promise.all(others);
  expect(await names(db)).toEqual(Array.from({ length: 20 }, (_, n) => `n${n}`));
  expect(host.counters().restarts.writer).toBe(1);
});

it("lets a write whose time runs out in the queue have no effect and stop nobody", async () => {
  const { db, host } = await startHost();
  await createItems(db);
  const slow = codeOf(run(db, SLOW_INSERT, [], { deadlineMs: 1500 }));
  await until(() => host.counters().writes.groups === 2);
  await expect(insert(db, "late", { deadlineMs: 300 })).rejects.toMatchObject({
    code: "QUERY_TIMEOUT",
    message: expect.stringContaining("not started"),
  });
  expect(host.counters().restarts.writer).toBe(0);
  expect(await slow).toBe("QUERY_TIMEOUT");
  expect(await names(db)).toEqual([]);
});

it("loses no acknowledged write and doubles none when the writer is killed under load", async () => {
  const { db, host } = await startHost();
  await createItems(db);
  const acknowledged: string[] = [];
  let over = false;
  const clients = Array.from({ length: 16 }, async (_, client) => {
    for (let n = 0; !over; n++) {
      const name = `c${client}n${n}`;
      const code = await codeOf(insert(db, name));
      if (code === "fulfilled") acknowledged.push(name);
      else expect(code).toBe("WORKER_LOST");
    }
  });
  for (let kill = 0; kill < 10; kill++) {
    const seen = acknowledged.length;
    await until(async () => ready(await host.health(), "writers") === 1 && acknowledged.length > seen + 20);
    process.kill(host.counters().pids.writer[0]!, "SIGKILL");
  }
  over = true;
  await Promise.all(clients);
  const count = acknowledged.length;
  // The names are unique, so one written twice would have been refused.
  expect(await value(db, "SELECT count(*) FROM items")).toBe(count);
  expect(host.counters().restarts.writer).toBe(10);
});

it("tells the truth about a commit whose answer was lost", async () => {
  const { db, host } = await startHost({ entries: { writer: faultyWorker("writer-that-fails") } });
  await createItems(db);
  expect(await insert(db, "die-after")).toMatchObject({ changed: true, results: [{ affectedRows: 1 }] });
  expect(await insert(db, "die-before")).toMatchObject({ changed: true });
  expect(await names(db)).toEqual(["die-after", "die-before"]);
  expect(host.counters().restarts.writer).toBe(2);
});

it("tells the truth about a commit that won against its deadline", async () => {
  const { db } = await startHost({ entries: { writer: faultyWorker("writer-that-fails") } });
  await createItems(db);
  expect(await insert(db, "hang-after", { deadlineMs: 500 })).toMatchObject({ changed: true });
  expect(await names(db)).toEqual(["hang-after"]);
});

it("tells the truth about branches made under a lost writer", async () => {
  const { db } = await startHost({ entries: { writer: faultyWorker("writer-that-fails") } });
  const made = await db.createBranch({ name: "die-after" });
  expect(made).toMatchObject({ name: "die-after", state: "active" });
  expect(await codeOf(db.createBranch({ name: "die-after" }))).toBe("BRANCH_EXISTS");
  expect(await db.createBranch({ name: "die-before" })).toMatchObject({ name: "die-before" });
  expect((await db.listBranches({})).map(({ name }) => name).sort()).toEqual(["die-after", "die-before", "main"]);
});

it("tells the truth about a branch deleted under a lost writer", async () => {
  const { db, host } = await startHost({ entries: { writer: faultyWorker("writer-that-fails") } });
  const { id } = await db.createBranch({ name: "lost-delete" });
  expect(await db.deleteBranch({ branch: "lost-delete" })).toMatchObject({ id, name: "lost-delete", state: "deleted" });
  expect(host.counters().restarts.writer).toBe(1);
  expect(await codeOf(db.deleteBranch({ branch: "lost-delete" }))).toBe("BRANCH_NOT_FOUND");
});

it("tells the truth about a merge under a lost writer", async () => {
  const { db } = await startHost({ entries: { writer: faultyWorker("writer-that-fails") } });
  await createItems(db);
  await db.createBranch({ name: "dev" });
  await insert(db, "on dev", { branch: "dev" });
  const merged = await db.merge({
    source: "dev",
    target: "main",
    strategy: "abort",
    author: "a",
    message: "die-after",
  });
  expect(merged).toMatchObject({ merged: 1, changed: true, sourceDeleted: false });
  expect(await names(db)).toEqual(["on dev"]);
});

it("gives up a write under which two processes died, and says that it left no effect", async () => {
  const { db } = await startHost({ entries: { writer: faultyWorker("writer-that-fails") } });
  await createItems(db);
  const [deadly, other] = await Promise.all([codeOf(insert(db, "die-always")), codeOf(insert(db, "other"))]);
  expect(deadly).toBe("WORKER_LOST");
  expect(other).toBe("fulfilled");
  expect(await names(db)).toEqual(["other"]);
});

it("returns the first outcome to a repeated request id", async () => {
  const { db } = await startHost();
  await createItems(db);
  const again = () =>
    db.insertRows({
      branch: "main",
      author: "a",
      table: "items",
      rows: [{ name: "x" }],
      onConflict: "error",
      requestId: "r1",
    });
  const first = await again();
  expect(await again()).toEqual(first);
  expect(await names(db)).toEqual(["x"]);
});

it("refuses writes past the bounds at once", async () => {
  const { db } = await startHost({ maxQueuedPerDatabase: 10 });
  await createItems(db);
  const codes = await Promise.all(Array.from({ length: 25 }, (_, n) => codeOf(insert(db, `n${n}`))));
  expect(codes.filter((code) => code === "OVERLOADED")).toHaveLength(15);
  expect(await value(db, "SELECT count(*) FROM items")).toBe(10);
});

it("keeps databases apart, and closes the idle ones", async () => {
  const { host, db } = await startHost({ writers: 2, writerIdleMs: 100, maxOpenDatabases: 2 });
  const others = ["t2", "t3", "t4", "t5"].map((name) => host.database(name));
  for (const each of [db, ...others]) await createItems(each);
  await Promise.all([db, ...others].map((each, n) => insert(each, `n${n}`)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await Promise.all([db, ...others].map((each, n) => insert(each, `m${n}`)));
  for (const [n, each] of [db, ...others].entries()) expect(await names(each)).toEqual([`n${n}`, `m${n}`]);
});
