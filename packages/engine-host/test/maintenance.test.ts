import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeOf, createItems, insert, startHost, until, value } from "./support/host.js";

it("deletes a branch when its time is over, while the database is in use", async () => {
  const { db } = await startHost({ maintenanceEveryMs: 100 });
  await createItems(db);
  await db.createBranch({ name: "preview", expiresAt: (Date.now() + 1500) * 1000 });
  await insert(db, "on the preview", { branch: "preview" });
  expect((await db.getBranch({ branch: "preview" })).state).toBe("active");
  await until(async () => (await codeOf(db.getBranch({ branch: "preview" }))) === "BRANCH_NOT_FOUND");
  expect((await db.listBranches({ deleted: true })).map(({ name }) => name).sort()).toEqual(["main", "preview"]);
});

it("deletes a branch when its time is over, although nobody has written since", async () => {
  const { db } = await startHost({ maintenanceEveryMs: 100 });
  await createItems(db);
  await db.createBranch({ name: "preview", expiresAt: (Date.now() + 3000) * 1000 });
  // Looked at again and again by then, with nothing to do.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect((await db.getBranch({ branch: "preview" })).state).toBe("active");
  await until(async () => (await codeOf(db.getBranch({ branch: "preview" }))) === "BRANCH_NOT_FOUND");
});

it("removes history by age, after it has given a kept snapshot a file of its own", async () => {
  const { db, dataDir } = await startHost({ maintenanceEveryMs: 100 });
  await createItems(db);
  await insert(db, "first");
  const kept = await db.createSnapshot({ branch: "main", name: "kept", author: "test" });
  await insert(db, "second");
  const { scn } = await insert(db, "third");
  await db.setRetention({ historyMs: 0 });
  const at = (point: number) => ({ kind: "scn", scn: point }) as const;
  const count = (point: number) => db.query({ branch: "main", sql: "SELECT count(*) FROM items", at: at(point) });
  await until(async () => {
    await insert(db, `and on ${Date.now()}`);
    return (await codeOf(count(scn - 1))) === "POINT_EXPIRED";
  });
  expect((await count(kept.scn)).rows).toEqual([[1n]]);
  expect(await readdir(join(dataDir, "databases", "t1", "snapshots"))).toHaveLength(1);
  expect(Number(await value(db, "SELECT count(*) FROM items"))).toBeGreaterThan(3);
});
