import { HeliosError, type TransactionMode, type TransactionOperation } from "@heliosdb/port";
import { beforeEach, describe, expect, it } from "vitest";
import { codeOf, createItems, ENDLESS, insert, names, run, startHost, type TestHost, value } from "./support/host.js";

let test: TestHost;
beforeEach(async () => {
  test = await startHost({ maintenanceEveryMs: 100 });
  await createItems(test.db);
  await insert(test.db, "first");
});

const OWNER = "k_1";
type Extra = Partial<Parameters<TestHost["db"]["beginTransaction"]>[0]>;

function begin(extra: Extra = {}) {
  return test.db.beginTransaction({ branch: "main", mode: "write", owner: OWNER, author: "ann", ...extra });
}

/** Requests of one transaction. */
class Within {
  constructor(
    readonly id: string,
    readonly branch = "main",
  ) {}

  get ref() {
    return { branch: this.branch, transaction: this.id, owner: OWNER };
  }

  do(operation: TransactionOperation, deadlineMs?: number) {
    return test.db.inTransaction({ ...this.ref, operation, deadlineMs });
  }

  execute(sql: string, deadlineMs?: number) {
    const request = { branch: this.branch, author: "ann", statements: [{ sql }], queries: true };
    return this.do({ op: "execute", request }, deadlineMs);
  }

  insert(name: string) {
    return this.execute(`INSERT INTO items (name) VALUES ('${name}')`);
  }

  async names(): Promise<string[]> {
    const request = { branch: this.branch, sql: "SELECT name FROM items ORDER BY id" };
    const { result } = await this.do({ op: "query", request });
    return (result as unknown as { rows: unknown[][] }).rows.map(([name]) => String(name));
  }

  async commit(message?: string) {
    return (await test.db.endTransaction({ ...this.ref, end: "commit", message })).commit;
  }

  rollBack() {
    return test.db.endTransaction({ ...this.ref, end: "roll back" });
  }
}

async function begun(extra: Extra = {}): Promise<Within> {
  return new Within((await begin(extra)).id, extra.branch);
}

/** Every writer process is killed. */
async function killWriters(): Promise<void> {
  const before = test.host.counters().restarts.writer;
  for (const pid of test.host.counters().pids.writer) process.kill(pid, "SIGKILL");
  await expect.poll(() => test.host.counters().restarts.writer).toBeGreaterThan(before);
}

describe("a transaction that writes", () => {
  it("sees what it wrote, and others see it when it is committed", async () => {
    const one = await begun({ message: "both" });
    await one.insert("second");
    await one.insert("third");
    expect(await one.names()).toEqual(["first", "second", "third"]);
    expect(await names(test.db)).toEqual(["first"]);
    const commit = await one.commit();
    expect(await names(test.db)).toEqual(["first", "second", "third"]);
    const { entries } = await test.db.history({ branch: "main", limit: 1 });
    expect(entries[0]).toMatchObject({ scn: commit!.scn, message: "both", author: "ann" });
  });

  it("has its branch to itself: others wait, in their order, and other branches don't", async () => {
    await test.db.createBranch({ name: "dev" });
    await insert(test.db, "on dev", { branch: "dev" });
    const one = await begun();
    await one.insert("second");
    const waiting = [insert(test.db, "third"), insert(test.db, "fourth"), begun().then((two) => two.rollBack())];
    await insert(test.db, "more on dev", { branch: "dev" });
    expect(await names(test.db)).toEqual(["first"]);
    await one.commit();
    await Promise.all(waiting);
    expect(await names(test.db)).toEqual(["first", "second", "third", "fourth"]);
  });

  it("does not keep a branch that was made from its branch from being written", async () => {
    const one = await begun();
    await one.insert("uncommitted");
    await test.db.createBranch({ name: "dev" });
    await insert(test.db, "on dev", { branch: "dev" });
    await one.insert("more");
    expect(await names(test.db, "dev")).toEqual(["first", "on dev"]);
    await one.commit();
    expect(await names(test.db)).toEqual(["first", "uncommitted", "more"]);
    expect(await names(test.db, "dev")).toEqual(["first", "on dev"]);
  });

  it("lets a merge, a restore and a reset of its branch wait, and a read of the past that needs a copy go on", async () => {
    await test.db.createBranch({ name: "dev" });
    await insert(test.db, "on dev", { branch: "dev" });
    const one = await begun({ branch: "dev" });
    await one.insert("late");
    const at = { kind: "scn", scn: (await test.db.getBranch({ branch: "main" })).headScn } as const;
    const answered: string[] = [];
    const others = [
      test.db.resetBranch({ branch: "dev", to: "parent", author: "x" }).then(() => answered.push("reset")),
      test.db.restore({ branch: "dev", at, author: "x" }).then(() => answered.push("restore")),
      test.db
        .merge({ source: "main", target: "dev", strategy: "auto", author: "x" })
        .then(() => answered.push("merge")),
    ];
    const rowid = { branch: "dev", sql: "SELECT count(rowid) FROM main.items", at };
    expect((await test.db.query(rowid)).rows).toEqual([[1n]]);
    expect(answered).toEqual([]);
    await one.commit();
    await Promise.all(others);
    expect(answered.toSorted()).toEqual(["merge", "reset", "restore"]);
  });

  it("answers BRANCH_BUSY where its branch does not become free in time", async () => {
    const one = await begun();
    expect(await codeOf(begin({ waitMs: 50 }))).toBe("BRANCH_BUSY");
    expect(await codeOf(insert(test.db, "second", { deadlineMs: 50 }))).toBe("QUERY_TIMEOUT");
    await one.rollBack();
    await insert(test.db, "third");
    expect(await names(test.db)).toEqual(["first", "third"]);
  });

  it("commits once, however often it is asked to, also after a restart of the server", async () => {
    const one = await begun();
    await one.insert("second");
    const commit = await one.commit();
    expect(await one.commit()).toEqual(commit);
    expect(await codeOf(one.rollBack())).toBe("TRANSACTION_NOT_FOUND");
    expect(await codeOf(one.insert("third"))).toBe("TRANSACTION_NOT_FOUND");
    await test.host.close();
    test = await startHost({ dataDir: test.dataDir });
    expect(await one.commit()).toEqual(commit);
    expect(await codeOf(one.insert("third"))).toBe("TRANSACTION_NOT_FOUND");
    expect(await names(test.db)).toEqual(["first", "second"]);
  });

  it.each(["commit", "roll back", "expire"])("leaves its branch (%s) however many others wait for it", async (how) => {
    await test.host.close();
    test = await startHost({ dataDir: test.dataDir, maxQueuedPerDatabase: 3 });
    const one = await begun(how === "expire" ? { totalMs: 1_000 } : {});
    await one.insert("second");
    const waiting = ["a", "b", "c"].map((name) => insert(test.db, name, { deadlineMs: 60_000 }));
    expect(await codeOf(insert(test.db, "d"))).toBe("OVERLOADED");
    if (how === "commit") await one.commit();
    if (how === "roll back") await one.rollBack();
    await Promise.all(waiting);
    expect(await names(test.db)).toEqual(["first", ...(how === "commit" ? ["second"] : []), "a", "b", "c"]);
  });

  it("runs its requests one after the other, and not more than it can keep", async () => {
    const one = await begun();
    const all = Array.from({ length: 30 }, (_, i) => codeOf(one.insert(`n${i}`)));
    const codes = await Promise.all(all);
    expect(codes.slice(0, 16)).toEqual(Array(16).fill("fulfilled"));
    expect(new Set(codes.slice(16))).toEqual(new Set(["OVERLOADED"]));
    await one.commit();
    expect((await names(test.db)).slice(1)).toEqual(Array.from({ length: 16 }, (_, i) => `n${i}`));
  });
});

it.each(["read", "deferred", "write"] as const)(
  "AS OF is refused by its own name in a transaction: %s",
  async (mode) => {
    const one = await begun({ mode });
    for (const sql of ["SELECT 1 FROM items AS OF SCN 2", "SELECT 1 FROM items AS OF SCN 2 AS old, items"]) {
      const refused = one.do({ op: "query", request: { branch: "main", sql } });
      await expect(refused).rejects.toMatchObject({
        code: "SQL_NOT_ALLOWED",
        message: expect.stringContaining("AS OF can't be used in a transaction"),
      });
    }
    await one.rollBack();
  },
);

describe("a transaction that reads", () => {
  it.each<[string, Extra]>([
    ["read", { mode: "read" }],
    ["deferred", { mode: "deferred" }],
  ])("%s: sees one state, whatever is written meanwhile", async (_, extra) => {
    const one = await begun(extra);
    expect(await one.names()).toEqual(["first"]);
    await insert(test.db, "second");
    expect(await one.names()).toEqual(["first"]);
    expect(await one.commit()).toMatchObject({ changed: false });
  });

  it("can begin in the past, and does not write", async () => {
    const { headScn } = await test.db.getBranch({ branch: "main" });
    await insert(test.db, "second");
    const one = await begun({ mode: "read", at: { kind: "scn", scn: headScn } });
    expect(await one.names()).toEqual(["first"]);
    expect(await codeOf(one.insert("third"))).toBe("FIELD_CONFLICT");
    expect(await codeOf(begin({ at: { kind: "scn", scn: headScn } }))).toBe("FIELD_CONFLICT");
    await test.db.updateBranch({ branch: "main", readOnly: true });
    expect(await codeOf(begin())).toBe("BRANCH_READ_ONLY");
    expect(await one.names()).toEqual(["first"]);
  });

  it("becomes one that writes with its first write, unless the branch has moved since it read", async () => {
    const [one, two] = [await begun({ mode: "deferred" }), await begun({ mode: "deferred" })];
    await two.names();
    await one.insert("second");
    expect((await test.db.getTransaction(one.ref)).state).toBe("writing");
    await one.commit();
    expect(await codeOf(two.insert("third"))).toBe("TRANSACTION_CONFLICT");
    expect(await two.names()).toEqual(["first"]);
    await two.rollBack();
    // One that has not read anything yet has nothing to be wrong about.
    const three = await begun({ mode: "deferred" });
    await insert(test.db, "meanwhile");
    await three.insert("fourth");
    expect(await three.names()).toEqual(["first", "second", "meanwhile", "fourth"]);
  });
});

describe("deleting the branch of a transaction", () => {
  const ids = async (branch: string) =>
    (await test.db.listTransactions({ branch, owner: null })).map(({ id: transaction }) => transaction);

  it.each<TransactionMode>(["write", "deferred", "read"])(
    "is refused while one is open, by any name: %s",
    async (mode) => {
      const { id } = await test.db.createBranch({ name: "dev" });
      const one = await begun({ branch: "dev", mode });
      expect(await codeOf(test.db.deleteBranch({ branch: "dev" }))).toBe("BRANCH_BUSY");
      expect(await codeOf(test.db.deleteBranch({ branch: id, force: false }))).toBe("BRANCH_BUSY");
      await test.db.updateBranch({ branch: "dev", name: "renamed" });
      await test.db.createBranch({ name: "dev" });
      expect(await codeOf(test.db.deleteBranch({ branch: "renamed" }))).toBe("BRANCH_BUSY");
      expect((await test.db.deleteBranch({ branch: "dev" })).state).toBe("deleted");
      const renamed = new Within(one.id, "renamed");
      expect(await renamed.names()).toEqual(["first"]);
      await renamed.rollBack();
      expect((await test.db.deleteBranch({ branch: "renamed" })).id).toBe(id);
    },
  );

  it.each<TransactionMode>(["write", "deferred", "read"])("rolls it back by force: %s", async (mode) => {
    await test.db.createBranch({ name: "dev" });
    const all = [await begun({ branch: "dev", mode }), await begun({ branch: "dev", mode: "read" })];
    const waiting = codeOf(begin({ branch: "dev", waitMs: 60_000 }));
    await expect.poll(() => ids("dev")).toHaveLength(3);
    expect((await test.db.deleteBranch({ branch: "dev", force: true })).state).toBe("deleted");
    // A first write may have got the branch before.
    expect(["TRANSACTION_NOT_FOUND", "fulfilled"]).toContain(await waiting);
    for (const one of all) expect(await codeOf(one.names())).toBe("TRANSACTION_NOT_FOUND");
  });

  it("rolls nothing back where the branch can't be deleted at all", async () => {
    await test.db.createBranch({ name: "dev" });
    await test.db.createBranch({ name: "child", parent: "dev" });
    await test.db.createBranch({ name: "kept" });
    const all = [await begun({ branch: "main" }), await begun({ branch: "dev" }), await begun({ branch: "kept" })];
    await test.db.updateBranch({ branch: "kept", isProtected: true });
    for (const force of [false, true]) {
      const codes = all.map(({ branch }) => codeOf(test.db.deleteBranch({ branch, force })));
      expect(await Promise.all(codes)).toEqual(["BRANCH_PROTECTED", "BRANCH_HAS_CHILDREN", "BRANCH_PROTECTED"]);
    }
    for (const one of all) expect(await one.names()).toEqual(["first"]);
    expect(await codeOf(test.db.deleteBranch({ branch: "nowhere", force: true }))).toBe("BRANCH_NOT_FOUND");
  });

  it("leaves no transaction that writes behind when one begins at the same time", async () => {
    for (let i = 0; i < 20; i++) {
      await test.db.createBranch({ name: "dev" });
      const beginning = begun({ branch: "dev" });
      const [began, deleted] = await Promise.all([
        codeOf(beginning),
        codeOf(test.db.deleteBranch({ branch: "dev", force: i % 2 === 1 })),
      ]);
      if (deleted === "fulfilled") {
        expect(began === "fulfilled" ? await codeOf((await beginning).names()) : began).toMatch(/_NOT_FOUND$/);
      } else {
        expect([began, deleted]).toEqual(["fulfilled", "BRANCH_BUSY"]);
        await (await beginning).rollBack();
        await test.db.deleteBranch({ branch: "dev" });
      }
    }
  });
});

describe("what ends a transaction", () => {
  it("its own time, and then everybody is told", async () => {
    const [idle, whole] = [await begun({ idleMs: 150 }), await begun({ mode: "read", totalMs: 150 })];
    await idle.insert("second");
    await expect.poll(() => codeOf(whole.names())).toBe("TRANSACTION_EXPIRED");
    await expect.poll(() => test.db.listTransactions({ branch: "main", owner: null })).toEqual([]);
    expect(await codeOf(idle.insert("third"))).toBe("TRANSACTION_EXPIRED");
    expect(await codeOf(idle.commit())).toBe("TRANSACTION_EXPIRED");
    expect((await idle.rollBack()).commit).toBeNull();
    await insert(test.db, "fourth");
    expect(await names(test.db)).toEqual(["first", "fourth"]);
  });

  it("renewing puts the end of its patience off", async () => {
    const one = await begun({ idleMs: 1000 });
    const before = await test.db.getTransaction(one.ref);
    const after = await test.db.renewTransaction({ ...one.ref, idleMs: 30_000 });
    expect(after.expiresAt - before.expiresAt).toBeGreaterThan(20_000_000);
    expect(after.endsAt).toBe(before.endsAt);
  });

  it("the death of the process that runs it: its owner is told, and other writes are run again", async () => {
    await test.db.createBranch({ name: "dev" });
    const [one, reading] = [await begun(), await begun({ mode: "read" })];
    await one.insert("second");
    const waiting = insert(test.db, "third");
    await killWriters();
    await waiting;
    expect(await codeOf(one.insert("fourth"))).toBe("TRANSACTION_LOST");
    expect(await codeOf(one.commit())).toBe("TRANSACTION_LOST");
    expect((await one.rollBack()).commit).toBeNull();
    expect(await reading.names()).toEqual(["first"]);
    expect(await names(test.db)).toEqual(["first", "third"]);
  });

  it("a commit that is killed is there or not, and the answer says which", async () => {
    for (let i = 0; i < 5; i++) {
      const one = await begun();
      await one.insert(`n${i}`);
      const committed = one.commit();
      for (const pid of test.host.counters().pids.writer) process.kill(pid, "SIGKILL");
      const code = await codeOf(committed);
      expect(["fulfilled", "TRANSACTION_LOST"]).toContain(code);
      expect((await names(test.db)).includes(`n${i}`)).toBe(code === "fulfilled");
      if (code === "fulfilled") expect(await one.commit()).toEqual(await committed);
      else expect(await codeOf(one.commit())).toBe("TRANSACTION_LOST");
    }
  });

  it("a statement that takes too long", async () => {
    const one = await begun();
    await one.insert("second");
    expect(await codeOf(one.execute(ENDLESS, 200))).toBe("TRANSACTION_LOST");
    expect(await codeOf(one.names())).toBe("TRANSACTION_LOST");
    await insert(test.db, "third");
    expect(await names(test.db)).toEqual(["first", "third"]);
  });

  it("what SQLite itself rolls back", async () => {
    const one = await begun();
    await one.insert("second");
    expect(await codeOf(one.execute("INSERT OR ROLLBACK INTO items (name) VALUES ('first')"))).toBe(
      "TRANSACTION_ABORTED",
    );
    expect(await codeOf(one.names())).toBe("TRANSACTION_ABORTED");
    expect(await codeOf(one.commit())).toBe("TRANSACTION_ABORTED");
    await insert(test.db, "third");
    expect(await names(test.db)).toEqual(["first", "third"]);
  });

  it("the end of its database", async () => {
    const one = await begun();
    await one.insert("second");
    await test.host.dropDatabase("t1");
    expect(await codeOf(one.names())).toBe("TENANT_NOT_FOUND");
  });
});

describe("whose a transaction is", () => {
  it("nobody else knows it, and an operator may end it", async () => {
    const one = await begun();
    const theirs = { ...one.ref, owner: "k_2" };
    expect(await codeOf(test.db.getTransaction(theirs))).toBe("TRANSACTION_NOT_FOUND");
    expect(await codeOf(test.db.endTransaction({ ...theirs, end: "commit" }))).toBe("TRANSACTION_NOT_FOUND");
    await test.db.createBranch({ name: "dev" });
    expect(await codeOf(test.db.getTransaction({ ...one.ref, branch: "dev" }))).toBe("TRANSACTION_NOT_FOUND");
    expect(await codeOf(test.db.getTransaction({ ...one.ref, branch: "nowhere" }))).toBe("BRANCH_NOT_FOUND");
    expect(await test.db.listTransactions({ branch: "main", owner: "k_2" })).toEqual([]);
    expect((await test.db.listTransactions({ branch: "main", owner: null })).map(({ id }) => id)).toEqual([one.id]);
    await test.db.endTransaction({ ...one.ref, owner: null, end: "roll back" });
    expect(await codeOf(one.names())).toBe("TRANSACTION_NOT_FOUND");
  });

  it("each may have so many, and all together so many", async () => {
    await test.host.close();
    test = await startHost({ dataDir: test.dataDir, maxTransactions: 3, maxTransactionsPerOwner: 2 });
    const mode: TransactionMode = "read";
    const open = [await begun({ mode }), await begun({ mode })];
    expect(await codeOf(begin({ mode }))).toBe("OVERLOADED");
    await begin({ mode, owner: "k_2" });
    expect(await codeOf(begin({ mode, owner: "k_3" }))).toBe("OVERLOADED");
    await open[0]!.rollBack();
    await begin({ mode, owner: "k_3" });
  });

  it("it goes with its branch to another name, and is none of the branch that has the old one", async () => {
    await test.db.createBranch({ name: "dev" });
    const old = await begun({ branch: "dev" });
    await old.insert("second");
    const { id } = await test.db.updateBranch({ branch: "dev", name: "renamed" });
    await test.db.createBranch({ name: "dev" });
    const [renamed, byId] = [new Within(old.id, "renamed"), new Within(old.id, id)];
    expect(await codeOf(old.names())).toBe("TRANSACTION_NOT_FOUND");
    expect(await renamed.names()).toEqual(["first", "second"]);
    expect((await test.db.getTransaction(byId.ref)).branch).toEqual({ id, name: "renamed" });
    const commit = await renamed.commit();
    await test.db.updateBranch({ branch: id, name: "again" });
    expect(await new Within(old.id, "again").commit()).toEqual(commit);
    expect(await codeOf(renamed.commit())).toBe("BRANCH_NOT_FOUND");
  });

  it("one on a branch that does not exist is no transaction", async () => {
    await expect(begin({ branch: "nowhere" })).rejects.toThrow(HeliosError);
    expect(await codeOf(new Within("txn_00000000000000000000000000000000").commit())).toBe("TRANSACTION_NOT_FOUND");
    expect(await value(test.db, "SELECT count(*) FROM items")).toBe(1);
    await run(test.db, "DELETE FROM items");
  });
});
