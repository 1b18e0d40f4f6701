import { expect, it } from "vitest";
import { createItems, faultyWorker, insert, names, run, startHost, until, value } from "./support/host.js";

it("makes a branch's file at its first write, and merges back", async () => {
  const { db, host } = await startHost();
  await createItems(db);
  await insert(db, "base");
  await db.createBranch({ name: "dev" });
  await Promise.all([insert(db, "on dev", { branch: "dev" }), insert(db, "on main")]);
  expect(await names(db, "dev")).toEqual(["base", "on dev"]);
  expect(await names(db)).toEqual(["base", "on main"]);
  expect(host.counters().writes.clones).toBe(1);
  await run(db, "UPDATE items SET id = 7 WHERE name = 'on dev'", [], { branch: "dev" });
  expect(await db.merge({ source: "dev", target: "main", strategy: "auto", author: "a" })).toMatchObject({
    changed: true,
  });
});

it("clones once for writes by name and by id, while branches with files go on", async () => {
  const { db, host } = await startHost({ entries: { helper: faultyWorker("slow-helper") } });
  await createItems(db);
  await db.createBranch({ name: "other" });
  await insert(db, "o1", { branch: "other" });
  const { id } = await db.createBranch({ name: "dev" });
  let made = false;
  const onDev = Promise.all([
    insert(db, "by name", { branch: "dev" }),
    insert(db, "by id", { branch: id }),
    insert(db, "again", { branch: "dev" }),
  ]).then(() => {
    made = true;
  });
  await until(() => host.counters().writes.clones === 2);
  await insert(db, "o2", { branch: "other" });
  expect(made).toBe(false);
  await insert(db, "m1");
  await onDev;
  expect((await names(db, "dev")).sort()).toEqual(["again", "by id", "by name"]);
  expect(host.counters().writes.clones).toBe(2);
  expect(host.counters().restarts.writer).toBe(0);
});

it("clones two branches of one source at a time", async () => {
  const { db, host } = await startHost({ entries: { helper: faultyWorker("slow-helper") } });
  await createItems(db);
  for (const name of ["a", "b"]) await db.createBranch({ name });
  await Promise.all(["a", "b", "main"].map((branch) => insert(db, `on ${branch}`, { branch })));
  for (const branch of ["a", "b", "main"]) expect(await names(db, branch)).toEqual([`on ${branch}`]);
  expect(host.counters().writes.clones).toBe(2);
});

it.each(["helper", "writer"] as const)(
  "finishes a first write when the %s is killed under its clone",
  async (worker) => {
    const { db, host } = await startHost({ entries: { helper: faultyWorker("slow-helper") } });
    await createItems(db);
    await insert(db, "base");
    await db.createBranch({ name: "dev" });
    const write = insert(db, "on dev", { branch: "dev" });
    await until(() => host.counters().writes.clones === 1);
    process.kill(host.counters().pids[worker][0]!, "SIGKILL");
    await write;
    expect(await names(db, "dev")).toEqual(["base", "on dev"]);
    expect(await names(db)).toEqual(["base"]);
  },
);

it("reads the past through a copy made on demand, once for all who need it", async () => {
  const { db, host } = await startHost();
  await createItems(db);
  await db.insertRows({
    branch: "main",
    author: "a",
    table: "items",
    rows: Array.from({ length: 1000 }, (_, n) => ({ name: `n${n}` })),
    onConflict: "error",
  });
  const { scn } = await run(db, "SELECT 1").catch(() => insert(db, "mark"));
  await run(db, "UPDATE items SET name = name || '!' WHERE id <= 500");
  const sql =
    "SELECT a.name, (SELECT count(*) FROM items b WHERE b.name < a.name) FROM items a ORDER BY 2 DESC LIMIT 1";
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => db.query({ branch: "main", at: { kind: "scn", scn }, sql })),
  );
  for (const { rows } of answers) expect(rows).toEqual(answers[0]!.rows);
  expect(answers[0]!.rows[0]![0]).toBe("n999");
  expect(host.counters().writes.clones).toBeLessThanOrEqual(1);
  expect(await value(db, "SELECT count(*) FROM items WHERE name LIKE '%!'")).toBe(500);
});

it("looks again where the writer knows the file of a copy no more", async () => {
  const entries = { writer: faultyWorker("writer-ahead-of-readers") };
  const { db } = await startHost({ entries });
  await createItems(db);
  const { scn } = await insert(db, "kept");
  await run(db, "DELETE FROM items");
  // Only a copy has the names of the past.
  const sql = "SELECT name FROM items WHERE (SELECT count(*) FROM sqlite_schema) > 0";
  const { rows } = await db.query({ branch: "main", at: { kind: "scn", scn }, sql });
  expect(rows).toEqual([["kept"]]);
});

it.each(["n < 0", "rowid = 1"])(
  "answers a query over many points in time, however many copies it needs: %s",
  async (where) => {
    const { db } = await startHost();
    const execute = (sql: string) => db.execute({ branch: "main", author: "test", statements: [{ sql }] });
    await execute("CREATE TABLE t (n)");
    const numbers = "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 6000) SELECT i FROM c";
    await execute(`INSERT INTO t ${numbers}`);
    const points: number[] = [];
    for (let i = 1; i <= 11; i++) points.push((await execute(`UPDATE t SET n = -${i} WHERE rowid = 1`)).scn);
    // Ten can be read by rowid, all others as well.
    const scns = where.startsWith("rowid") ? points.slice(1) : points;
    const sums = scns.map((scn) => `(SELECT sum(n) FROM t AS OF SCN ${scn} WHERE ${where})`);
    for (let i = 0; i < 6; i++) {
      const { rows } = await db.query({ branch: "main", sql: `SELECT ${sums.join(", ")}` });
      expect(rows).toEqual([scns.map((scn) => BigInt(-1 - points.indexOf(scn)))]);
    }
  },
);
