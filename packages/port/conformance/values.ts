import type { Value } from "@heliosdb/port";
import { expect } from "vitest";
import { AUTHOR, cases, commit, rows } from "./case.js";
import { refused } from "./errors.js";

const VALUES: readonly Value[] = [
  null,
  0n,
  1n,
  -1n,
  9007199254740993n,
  9223372036854775807n,
  -9223372036854775808n,
  0,
  1,
  0.1,
  -0.5,
  5e-324,
  9007199254740992,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  "",
  "1",
  "~i5",
  "é\u0000x",
  "😀",
  new Uint8Array([]),
  new Uint8Array([0, 255, 10]),
];

export const VALUE_CASES = cases("values", {
  "come back from a query as they were bound": async ({ db }) => {
    for (const value of VALUES) {
      const { rows: found } = await db.query({ branch: "main", sql: "SELECT ? AS v", params: [value] });
      expect([...found]).toStrictEqual([[value]]);
    }
  },

  "keep their storage class in a table, on a branch, in the past and in a difference": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    const before = await db.insertRows({
      branch: "main",
      author: AUTHOR,
      table: "t",
      rows: VALUES.map((v, i) => ({ id: BigInt(i), v })),
      onConflict: "error",
    });
    expect(before.ids).toStrictEqual(VALUES.map((_, i) => BigInt(i)));
    await db.createBranch({ name: "dev" });
    await commit(db, "main", "UPDATE t SET v = 'gone'");
    const expected = VALUES.map((value) => [value]);
    expect(await rows(db, "dev", "SELECT v FROM t ORDER BY id")).toStrictEqual(expected);
    expect(await rows(db, "main", "SELECT v FROM t ORDER BY id", before.scn)).toStrictEqual(expected);
    const { rows: changed } = await db.diff({ from: { branch: "dev" }, to: { branch: "main" }, limit: 100 });
    expect(changed.map(({ from }) => from?.v)).toStrictEqual(VALUES);
    const page = await db.rowHistory({ branch: "main", table: "t", key: [5n], limit: 10 });
    expect(page.key).toStrictEqual([5n]);
    expect(page.versions.map(({ row }) => row?.v)).toStrictEqual(["gone", VALUES[5]]);
  },

  "can be bound by name": async ({ db }) => {
    const query = (params: { [name: string]: Value }) =>
      db.query({ branch: "main", sql: "SELECT :a, @b, $c, :a", params });
    expect((await query({ a: 1n, b: "x", c: null })).rows).toStrictEqual([[1n, "x", null, 1n]]);
    await refused("PARAM_COUNT", query({ a: 1n, b: "x" }));
    await refused("PARAM_COUNT", query({ a: 1n, b: "x", c: null, d: 2 }));
  },

  "that SQL doesn't have are refused": async ({ db }) => {
    const query = (value: Value) => db.query({ branch: "main", sql: "SELECT ?", params: [value] });
    await refused("PARAM_TYPE", query(2n ** 63n));
    await refused("PARAM_TYPE", query(Number.NaN));
  },

  "have columns with their types and declarations": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, flag BOOLEAN, name VARCHAR(20), x)");
    await commit(db, "main", "INSERT INTO t VALUES (1, 1, 'n', x'00')");
    const { columns, rows: found } = await db.query({ branch: "main", sql: "SELECT t.*, id + 0.5 AS half FROM t" });
    expect(columns).toStrictEqual([
      { name: "id", type: "int4", declared: "INTEGER" },
      { name: "flag", type: "bool", declared: "BOOLEAN" },
      { name: "name", type: "text", declared: "VARCHAR(20)" },
      { name: "x", type: "bytea", declared: null },
      { name: "half", type: "float8", declared: null },
    ]);
    expect(found).toStrictEqual([[1n, 1n, "n", new Uint8Array([0]), 1.5]]);
  },
});
