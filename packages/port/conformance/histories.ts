import type { DatabasePort, HistoryRequest } from "@heliosdb/port";
import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled, merge } from "./case.js";
import { refused } from "./errors.js";

const historyOf = (db: DatabasePort, branch: string, more: Partial<HistoryRequest> = {}) =>
  db.history({ branch, limit: 100, ...more });
const scns = async (db: DatabasePort, branch: string, more: Partial<HistoryRequest> = {}) =>
  (await historyOf(db, branch, more)).entries.map(({ scn }) => scn);

export const HISTORY_CASES = cases("history", {
  "lists commits, newest first, with what each did": async ({ db }) => {
    await filled(db);
    const main = await db.getBranch({ branch: "main" });
    const statements = ["UPDATE t SET v = 5", "DELETE FROM t WHERE id = 2"].map((sql) => ({ sql }));
    const { scn, timestamp } = await db.execute({ branch: "main", author: "bob", message: "why", statements });
    const { entries, next, truncated } = await historyOf(db, "main");
    expect(entries.map(({ kind }) => kind)).toStrictEqual(["write", "ddl", "init"]);
    expect(entries[0]).toStrictEqual({
      ...{ scn, timestamp, kind: "write", branch: { id: main.id, name: "main" }, author: "bob", message: "why" },
      statements: ["UPDATE t (2 rows)", "DELETE FROM t (1 rows)"],
      tables: [{ table: "t", inserted: 0, updated: 1, deleted: 1 }],
      ...{ merged: null, restoredScn: null, snapshots: [] },
    });
    expect([next, truncated]).toStrictEqual([null, false]);
  },

  "comes in pages that follow one another": async ({ db }) => {
    await filled(db);
    for (let n = 3; n < 7; n++) await commit(db, "main", `INSERT INTO t VALUES (${n}, ${n})`);
    const all = await scns(db, "main");
    const found: number[] = [];
    for (let before: number | undefined; found.length < 20; ) {
      const page = await historyOf(db, "main", { limit: 2, ...(before && { before }) });
      found.push(...page.entries.map(({ scn }) => scn));
      if (page.next === null) break;
      before = page.next;
    }
    expect(found).toStrictEqual(all);
    expect(all).toHaveLength(6);
  },

  "is that of the ancestors up to the fork, and the branch's": async ({ db }) => {
    const { scn } = await filled(db);
    await commit(db, "main", "DELETE FROM t");
    await db.createBranch({ name: "dev", at: at(scn) });
    const inherited = (await scns(db, "main")).slice(1);
    expect(await scns(db, "dev")).toStrictEqual(inherited);
    const own = await commit(db, "dev", "INSERT INTO t VALUES (3, 'c')");
    expect(await scns(db, "dev")).toStrictEqual([own.scn, ...inherited]);
    const { entries } = await historyOf(db, "dev", { limit: 2 });
    expect(entries.map(({ branch }) => branch?.name)).toStrictEqual(["dev", "main"]);
  },

  "is asked for by time, kind, author and table": async ({ db }) => {
    const first = await filled(db);
    const second = await commit(db, "main", "UPDATE t SET v = 'x'");
    const statements = [{ sql: "CREATE TABLE u (x)" }];
    const third = await db.execute({ branch: "main", author: "bob", statements });
    expect(await scns(db, "main", { from: second.timestamp })).toStrictEqual([third.scn, second.scn]);
    expect(await scns(db, "main", { from: third.timestamp + 1 })).toStrictEqual([]);
    expect((await scns(db, "main", { until: second.timestamp })).slice(0, 2)).toStrictEqual([second.scn, first.scn]);
    expect((await scns(db, "main", { until: second.timestamp - 1 }))[0]).toBe(first.scn);
    expect(await scns(db, "main", { kinds: ["write"] })).toStrictEqual([second.scn]);
    expect(await scns(db, "main", { kinds: ["reset"] })).toStrictEqual([]);
    expect(await scns(db, "main", { author: "bob" })).toStrictEqual([third.scn]);
    expect(await scns(db, "main", { table: "T" })).toStrictEqual([second.scn, first.scn]);
    expect(await scns(db, "main", { table: "t", author: "bob" })).toStrictEqual([]);
  },

  "tells of merges, restores and resets where they came from": async ({ db }) => {
    const { scn } = await filled(db);
    const { id } = await db.createBranch({ name: "dev" });
    const source = await commit(db, "dev", "INSERT INTO t VALUES (3, 'c')");
    await merge(db, "dev", "main", { message: "in", author: "meg" });
    const [merged] = (await historyOf(db, "main", { limit: 1 })).entries;
    expect(merged).toMatchObject({
      ...{
        kind: "merge",
        author: "meg",
        message: "in",
        merged: { id, name: "dev", scn: source.scn },
        restoredScn: null,
      },
      tables: [{ table: "t", inserted: 1, updated: 0, deleted: 0 }],
    });
    await db.restore({ branch: "main", at: at(scn), author: "bob", message: "back" });
    const [restored] = (await historyOf(db, "main", { limit: 1 })).entries;
    expect(restored).toMatchObject({ kind: "restore", restoredScn: scn, author: "bob", message: "back" });
    await db.resetBranch({ branch: "dev", to: "self", at: at(scn), author: "rae", message: "afresh" });
    const [reset, inherited] = (await historyOf(db, "dev", { limit: 2 })).entries;
    expect(reset).toMatchObject({
      ...{ kind: "reset", restoredScn: scn, author: "rae", message: "afresh", merged: null, tables: [] },
      branch: { id, name: "dev" },
    });
    expect(inherited).toMatchObject({ scn });
  },

  "carries the snapshots that are kept": async ({ db }) => {
    const { scn } = await filled(db);
    const kept = await db.createSnapshot({ branch: "main", name: "good", author: AUTHOR });
    await db.createBranch({ name: "dev" });
    const { entries } = await historyOf(db, "dev");
    expect(entries.flatMap((entry) => entry.snapshots.map((each) => [entry.scn, each]))).toStrictEqual([[scn, kept]]);
  },
});

export const ROW_HISTORY_CASES = cases("row history", {
  "lists what a row was, newest first": async ({ db }) => {
    await filled(db);
    const branch = { id: (await db.getBranch({ branch: "main" })).id, name: "main" };
    const made = await commit(db, "main", "INSERT INTO t VALUES (3, 9007199254740993)");
    const statements = [{ sql: "UPDATE t SET v = 1.0 WHERE id = 3" }];
    const changed = await db.execute({ branch: "main", author: "bob", message: "why", statements });
    const gone = await commit(db, "main", "DELETE FROM t WHERE id = 3");
    const from = ({ scn, timestamp }: { readonly scn: number; readonly timestamp: number }) => ({ scn, timestamp });
    const mine = { author: AUTHOR, message: null, branch };
    const all = await db.rowHistory({ branch: "main", table: "T", key: [3n], limit: 10 });
    expect(all).toStrictEqual({
      table: "t",
      key: [3n],
      columns: [
        { name: "id", type: "int4", declared: "INTEGER", primaryKey: 1 },
        { name: "v", type: "text", declared: null, primaryKey: 0 },
      ],
      versions: [
        { ...from(gone), kind: "delete", ...mine, row: null, changed: [] },
        {
          ...from(changed),
          kind: "update",
          author: "bob",
          message: "why",
          branch,
          row: { id: 3n, v: 1 },
          changed: ["v"],
        },
        { ...from(made), kind: "insert", ...mine, row: { id: 3n, v: 9007199254740993n }, changed: ["id", "v"] },
      ],
      next: null,
    });
    const first = await db.rowHistory({ branch: "main", table: "t", key: [3n], limit: 2 });
    expect(first.versions).toStrictEqual(all.versions.slice(0, 2));
    const rest = await db.rowHistory({ branch: "main", table: "t", key: [3n], limit: 2, before: first.next! });
    expect(rest.versions).toStrictEqual(all.versions.slice(2));
    expect(rest.next).toBeNull();
  },

  "goes on through the ancestors of a branch": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'dev' WHERE id = 1");
    await commit(db, "main", "UPDATE t SET v = 'main' WHERE id = 1");
    const { versions } = await db.rowHistory({ branch: "dev", table: "t", key: [1n], limit: 10 });
    expect(versions.map(({ branch, row }) => [branch?.name, row?.v])).toStrictEqual([
      ["dev", "dev"],
      ["main", "a"],
    ]);
  },

  "is not to be had of what is not there": async ({ db }) => {
    await filled(db);
    const of = (table: string, key: readonly bigint[]) => db.rowHistory({ branch: "main", table, key, limit: 1 });
    expect((await refused("TABLE_NOT_FOUND", of("x", [1n]))).data).toStrictEqual({ table: "x" });
    expect((await refused("ROW_NOT_FOUND", of("t", [99n]))).data).toStrictEqual({ table: "t" });
    await refused("INVALID_FIELD", of("t", [1n, 2n]));
  },
});
