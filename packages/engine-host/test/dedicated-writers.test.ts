import type { DatabasePort } from "@heliosdb/port";
import { expect, it } from "vitest";
import { codeOf, createItems, ENDLESS, insert, names, run, startHost } from "./support/host.js";

const OWNER = "k_1";

async function begin(db: DatabasePort) {
  const { id } = await db.beginTransaction({ branch: "main", mode: "write", owner: OWNER, author: "ann" });
  const ref = { branch: "main", transaction: id, owner: OWNER };
  return {
    execute: (sql: string, deadlineMs?: number) => {
      const request = { branch: "main", author: "ann", statements: [{ sql }], queries: true };
      return db.inTransaction({ ...ref, operation: { op: "execute", request }, deadlineMs });
    },
    commit: () => db.endTransaction({ ...ref, end: "commit" }),
    rollBack: () => db.endTransaction({ ...ref, end: "roll back" }),
  };
}

it("a slow statement in a transaction stops no other database, and ends none of their transactions", async () => {
  const { host } = await startHost();
  const [one, two, three] = ["t1", "t2", "t3"].map((name) => host.database(name)) as [
    DatabasePort,
    DatabasePort,
    DatabasePort,
  ];
  for (const db of [one, two, three]) await createItems(db);
  expect(host.counters().pids.writer).toHaveLength(1);
  const [first, second] = [await begin(one), await begin(two)];
  expect(host.counters().pids.writer).toHaveLength(3);
  await second.execute("INSERT INTO items (name) VALUES ('kept')");
  const endless = codeOf(first.execute(ENDLESS, 3_000));
  let isOver = false;
  void endless.then(() => {
    isOver = true;
  });
  await insert(three, "meanwhile");
  await second.execute("INSERT INTO items (name) VALUES ('too')");
  expect(isOver).toBe(false);
  expect(await endless).toBe("TRANSACTION_LOST");
  await second.commit();
  expect(await names(two)).toEqual(["kept", "too"]);
  expect(await names(three)).toEqual(["meanwhile"]);
  await insert(one, "after");
  expect(await names(one)).toEqual(["after"]);
});

it("more databases than processes share them, and each goes back when it has no transaction", async () => {
  const { host } = await startHost({ transactionWriters: 2, writerIdleMs: 300 });
  const all = ["t1", "t2", "t3", "t4"].map((name) => host.database(name));
  for (const db of all) await createItems(db);
  const open = await Promise.all(all.map(begin));
  expect(host.counters().pids.writer).toHaveLength(3);
  for (const transaction of open) await transaction.execute("INSERT INTO items (name) VALUES ('a')");
  await Promise.all(open.map((transaction) => transaction.commit()));
  for (const db of all) await insert(db, "b");
  // The processes stay for a while, but nothing is open in them.
  await expect.poll(async () => (await begin(all[0]!)).rollBack()).toMatchObject({ commit: null });
  for (const db of all) expect(await names(db)).toEqual(["a", "b"]);
});

it("the only database of a server stays in its process", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  const transaction = await begin(db);
  expect(host.counters().pids.writer).toHaveLength(1);
  await transaction.rollBack();
});

const rowsOf = (count: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
   INSERT INTO items (name) SELECT max(i) FROM n`;

it("a long write stops no other database for long, and is done once", async () => {
  const { host, events } = await startHost();
  const [one, two] = [host.database("t1"), host.database("t2")];
  for (const db of [one, two]) await createItems(db);
  const endless = codeOf(run(one, rowsOf(1e9), [], { deadlineMs: 6_000 }));
  let isOver = false;
  void endless.then(() => {
    isOver = true;
  });
  for (let n = 0; n < 20; n++) await insert(two, `meanwhile ${n}`);
  expect(isOver).toBe(false);
  expect(events).toMatchObject([{ kind: "worker_stopped", worker: "writer", reason: expect.stringContaining("wait") }]);
  // In the process of its own, too.
  const long = run(one, rowsOf(1.2e7));
  await insert(two, "more");
  expect(await endless).toBe("QUERY_TIMEOUT");
  await long;
  expect(await names(one)).toEqual(["12000000"]);
  expect(await names(two)).toHaveLength(21);
});

it("a long write goes on where no other database waits", async () => {
  const { host, events } = await startHost();
  const [one, two] = [host.database("t1"), host.database("t2")];
  for (const db of [one, two]) await createItems(db);
  await run(one, rowsOf(1.2e7));
  expect(events).toEqual([]);
});
