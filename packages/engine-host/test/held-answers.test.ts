import { join } from "node:path";
import type { DatabasePort } from "@heliosdb/port";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../store/test/support/postgres.js";
import { TestStore } from "../../store/test/support/test-store.js";
import type { EngineHost } from "../dist/index.js";
import { DatabaseWrites } from "../dist/writers/database-writes.js";
import { codeOf, createItems, insert, names, run, startHost, UNHURRIED_MS, until } from "./support/host.js";

const QUERY = "SELECT name FROM items ORDER BY id";
const SHORT = { branch: "main", sql: "SELECT name FROM items WHERE id = 2", deadlineMs: 600 };

/** Reads that would show the second row, each with a short deadline. */
const READS: readonly [string, (db: DatabasePort, host: EngineHost) => Promise<unknown>][] = [
  ["a query", (db) => db.query({ branch: "main", sql: QUERY, deadlineMs: 600 })],
  ["a short query", (db) => db.query(SHORT)],
  ["a stream", (db) => db.streamQuery({ branch: "main", sql: QUERY, deadlineMs: 600 })],
  [
    "a page of a table",
    (db) =>
      db.readTable({ branch: "main", table: "items", limit: 10, offset: 0, includeTotal: false, deadlineMs: 600 }),
  ],
  ["the list of branches", (db) => db.listBranches({ deadlineMs: 600 } as never)],
  ["the history", (db) => db.history({ branch: "main", limit: 10, deadlineMs: 600 } as never)],
  ["an error", (db) => db.query({ branch: "main", sql: "SELECT * FROM no_such", deadlineMs: 600 })],
  ["the feed of changes", (_db, host) => host.changes("t1").changesBefore({ scn: 1, deadlineMs: 600 } as never)],
];

describe.skipIf(PROGRAMS === null)("while the store does not answer", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  async function startLogged() {
    const started = await startHost({ store: await store.cell(), defaultDeadlineMs: 20_000 });
    const { db, dataDir } = started;
    await createItems(db);
    await insert(db, "first");
    await db.createBranch({ name: "dev" });
    await insert(db, "dev", { branch: "dev" });
    // Known to be short from now on.
    await until(async () => {
      await db.query(SHORT);
      return started.host.counters().reads.inLane > 0;
    });
    /** What is committed in the file of main. */
    const committed = () => {
      const file = new Database(join(dataDir, "databases/t1/branches/b1.db"), { readonly: true });
      const found = file.prepare(QUERY).pluck().all();
      file.close();
      return found;
    };
    return { ...started, committed };
  }

  it("nobody is shown what is committed here only, and all are when it is safe", async () => {
    const { db, host, committed } = await startLogged();
    const safe = (await db.query({ branch: "main", sql: QUERY })).scn;
    const release = await store.standby.hold();
    try {
      const pending = insert(db, "pending", { deadlineMs: UNHURRIED_MS });
      await until(() => committed().includes("pending"));
      const outcomes = await Promise.all(READS.map(async ([title, read]) => [title, await codeOf(read(db, host))]));
      expect(outcomes).toEqual(READS.map(([title]) => [title, "QUERY_TIMEOUT"]));
      // What shows nothing of it is answered.
      expect(await names(db, "dev")).toEqual(["first", "dev"]);
      const past = { branch: "main", sql: QUERY, at: { kind: "scn", scn: safe } } as const;
      expect((await db.query(past)).rows).toEqual([["first"]]);
      // Nothing more is begun after a while.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await codeOf(insert(db, "late", { deadlineMs: 300 }))).toBe("QUERY_TIMEOUT");
      const waiting = db.query({ branch: "main", sql: QUERY, deadlineMs: UNHURRIED_MS });
      release();
      await pending;
      expect((await waiting).rows).toEqual([["first"], ["pending"]]);
    } finally {
      release();
    }
    expect(committed()).toEqual(["first", "pending"]);
    expect(await names(db)).toEqual(["first", "pending"]);
  });

  it("the same reads show it where they are not held", async () => {
    const { db, host, committed } = await startLogged();
    const { hold } = DatabaseWrites.prototype;
    DatabaseWrites.prototype.hold = () => null;
    const release = await store.standby.hold();
    try {
      const pending = insert(db, "pending", { deadlineMs: UNHURRIED_MS });
      await until(() => committed().includes("pending"));
      const outcomes = await Promise.all(READS.map(async ([title, read]) => [title, await codeOf(read(db, host))]));
      expect(outcomes).toEqual(
        READS.map(([title]) => [title, title === "an error" ? "SQL_NAME_NOT_FOUND" : "fulfilled"]),
      );
      release();
      await pending;
    } finally {
      release();
      DatabaseWrites.prototype.hold = hold;
    }
  });

  it("a branch that was just made is not shown, though it has no commit of its own", async () => {
    const { db } = await startLogged();
    const release = await store.standby.hold();
    try {
      const made = db.createBranch({ name: "new" });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await codeOf(db.query({ branch: "new", sql: QUERY, deadlineMs: 600 }))).toBe("QUERY_TIMEOUT");
      expect(await codeOf(db.query({ branch: "never", sql: QUERY, deadlineMs: 600 }))).toBe("QUERY_TIMEOUT");
      release();
      await made;
      expect(await names(db, "new")).toEqual(["first"]);
    } finally {
      release();
    }
  });

  it("a write, and an error of one, has an unknown outcome when its time is up, and both are told later", async () => {
    const { db } = await startLogged();
    const release = await store.standby.hold();
    const request = {
      branch: "main",
      author: "ann",
      requestId: "r1",
      statements: [{ sql: "INSERT INTO items (name) VALUES ('once')" }],
    };
    try {
      const [one, two] = [db.execute({ ...request, deadlineMs: 900 }), insert(db, "first", { deadlineMs: 900 })];
      for (const write of [one, two]) {
        await expect(write).rejects.toMatchObject({
          code: "WORKER_LOST",
          message: expect.stringContaining("could not be written in time, and the outcome is unknown"),
        });
      }
    } finally {
      release();
    }
    await db.execute(request);
    expect(await codeOf(insert(db, "first"))).toBe("UNIQUE_VIOLATION");
    expect(await names(db)).toEqual(["first", "once"]);
  });

  it("a transaction's commit is not told, nor what it reads after it has seen others' writes", async () => {
    const { db } = await startLogged();
    const ref = async () => {
      const { id } = await db.beginTransaction({ branch: "main", mode: "write", owner: "k", author: "ann" });
      return { branch: "main", transaction: id, owner: "k" };
    };
    const transaction = await ref();
    const statements = [{ sql: "INSERT INTO items (name) VALUES ('in it')" }];
    const request = { branch: "main", author: "ann", statements, queries: true };
    await db.inTransaction({ ...transaction, operation: { op: "execute", request } });
    const release = await store.standby.hold();
    try {
      const other = codeOf(insert(db, "dev 2", { branch: "dev", deadlineMs: UNHURRIED_MS }));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const query = { op: "query", request: { branch: "main", sql: QUERY } } as const;
      expect(await codeOf(db.inTransaction({ ...transaction, operation: query, deadlineMs: 400 }))).toBe("WORKER_LOST");
      release();
      expect(await other).toBe("fulfilled");
    } finally {
      release();
    }
    const again = await store.standby.hold();
    try {
      const end = { ...transaction, end: "commit", deadlineMs: 900 } as const;
      await expect(db.endTransaction(end)).rejects.toMatchObject({
        message: expect.stringContaining("outcome is unknown"),
      });
    } finally {
      again();
    }
    expect(await names(db)).toEqual(["first", "in it"]);
    // As soon as it can be known, it is: a rollback that said otherwise would have the work done twice.
    await expect(db.endTransaction({ ...transaction, end: "roll back" })).rejects.toMatchObject({
      message: expect.stringContaining("has been committed"),
    });
    const { commit } = await db.endTransaction({ ...transaction, end: "commit" });
    expect(commit).toMatchObject({ scn: (await db.getBranch({ branch: "main" })).headScn, changed: true });
  });

  it("a writer that is killed with all that it has not told leaves nothing behind, and nothing twice", async () => {
    const { db, host, committed } = await startLogged();
    const release = await store.standby.hold();
    try {
      const pending = insert(db, "pending", { deadlineMs: UNHURRIED_MS });
      await until(() => committed().includes("pending"));
      const read = db.query({ branch: "main", sql: QUERY, deadlineMs: UNHURRIED_MS });
      for (const pid of host.counters().pids.writer) process.kill(pid, "SIGKILL");
      await until(() => host.counters().restarts.writer === 1);
      expect(await codeOf(db.query({ branch: "main", sql: QUERY, deadlineMs: 600 }))).toBe("QUERY_TIMEOUT");
      release();
      await pending;
      expect((await read).rows).toEqual([["first"], ["pending"]]);
    } finally {
      release();
    }
    await run(db, "INSERT INTO items (name) VALUES ('after')");
    expect(await names(db)).toEqual(["first", "pending", "after"]);
  });

  it("a long statement holds back neither what was committed before it, nor reads of what is safe", async () => {
    const { db, host, committed } = await startLogged();
    const other = host.database("t2");
    await createItems(other);
    await insert(other, "there");
    const counted =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8e6) SELECT max(i) FROM n";
    let isOver = false;
    const release = await store.standby.hold();
    const before = insert(db, "before");
    await until(() => committed().includes("before"));
    const slow = run(other, `INSERT INTO items (name) ${counted}`).finally(() => {
      isOver = true;
    });
    await until(() => host.counters().writes.queued === 0);
    release();
    await before;
    expect(await names(other)).toEqual(["there"]);
    expect(isOver).toBe(false);
    // It may tell of the statement's commit, so it waits for its end.
    const branches = await other.listBranches({});
    await slow;
    expect(branches).toHaveLength(1);
    expect(await names(other)).toEqual(["there", "8000000"]);
  });
});
