import type { BranchChange } from "@heliosdb/port";
import { expect, it } from "vitest";
import { createItems, insert, startHost } from "./support/host.js";

it("whoever watches is told of each request, and can read on from where it was", async () => {
  const { host, db } = await startHost();
  const changes = host.changes("t1");
  const told: string[][] = [];
  const unwatch = changes.watch((branches) => told.push([...branches]));
  await createItems(db);
  const head = await changes.changesHead({});
  const { id } = await db.createBranch({ name: "dev" });
  const results = await Promise.all(Array.from({ length: 20 }, (_, n) => insert(db, `item ${n}`, { branch: "dev" })));
  await db.merge({ source: "dev", target: "main", strategy: "auto", author: "tester" });
  await expect(insert(db, "item 1", { branch: "dev" })).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
  expect(new Set(told.flat())).toEqual(new Set(["main", "dev"]));
  // To ask where one is changes nothing.
  const before = told.length;
  await changes.changesHead({});
  await db.listBranches({});
  expect(told).toHaveLength(before);

  const { branches } = await changes.changedBranches({ after: head, branches: ["dev", "main"] });
  expect(branches.map((branch) => branch.id).toSorted()).toEqual(
    [id, (await db.getBranch({ branch: "main" })).id].toSorted(),
  );
  const found: BranchChange[] = [];
  for (let after = head; ; ) {
    const page = await changes.changesOf({ branch: id, after, limit: 7 });
    found.push(...page.changes);
    after = page.position;
    if (!page.more) break;
  }
  expect(found.map(({ kind }) => kind)).toEqual(["created", ...results.map(() => "committed")]);
  expect(found.slice(1).map(({ scn }) => scn)).toEqual(results.map(({ scn }) => scn).toSorted((a, b) => a - b));
  unwatch();
  await insert(db, "unheard");
  expect(told).toHaveLength(before);
});

it("an expiry is told of, though nobody asked for it", async () => {
  const { host, db } = await startHost({ maintenanceEveryMs: 50 });
  const changes = host.changes("t1");
  await createItems(db);
  const head = await changes.changesHead({});
  const expired = new Promise<void>((done) => {
    changes.watch((branches) => {
      if (branches.length === 0) done();
    });
  });
  const { id } = await db.createBranch({ name: "short", expiresAt: (Date.now() + 3000) * 1000 });
  await expired;
  const { changes: found } = await changes.changesOf({ branch: id, after: head, limit: 10 });
  expect(found.map(({ kind }) => kind)).toEqual(["created", "deleted"]);
});

it("what happened under a writer that was killed is there to be read", async () => {
  const { host, db } = await startHost();
  const changes = host.changes("t1");
  await createItems(db);
  const { id } = await db.getBranch({ branch: "main" });
  const head = await changes.changesHead({});
  const all = Promise.all(Array.from({ length: 200 }, (_, n) => insert(db, `item ${n}`)));
  for (const pid of host.counters().pids.writer) process.kill(pid, "SIGKILL");
  const scns = (await all).map(({ scn }) => scn).toSorted((a, b) => a - b);
  const { changes: found } = await changes.changesOf({ branch: id, after: head, limit: 1000 });
  expect(found.map(({ scn }) => scn)).toEqual(scns);
  const later = await changes.changesHead({});
  expect(later.scn).toBeGreaterThanOrEqual(scns.at(-1)!);
  expect((await changes.changesOf({ branch: id, after: later, limit: 10 })).changes).toEqual([]);
});
