import type { PartStream, Row, RowStream } from "@heliosdb/port";
import { expect } from "vitest";
import { at, cases, commit, ENDLESS, filled, numbers, SLOW } from "./case.js";
import { refused } from "./errors.js";

async function drained<P>(stream: PartStream<P>): Promise<P[]> {
  const parts: P[] = [];
  for (let part = await stream.next(); part !== null; part = await stream.next()) parts.push(part);
  return parts;
}

async function rowsOf(stream: RowStream): Promise<Row[]> {
  const parts = await drained(stream);
  expect(parts.every((part) => part.length > 0)).toBe(true);
  return parts.flat();
}

const branch = "main";

export const STREAM_CASES = cases("streams", {
  "give the head, the rows and the end of a query": async ({ db }) => {
    await filled(db);
    const { scn } = await commit(db, "main", "INSERT INTO t VALUES (9007199254740993, 1.0), (-1, x'00')");
    const stream = await db.streamQuery({ branch, sql: "SELECT id, v FROM t WHERE id <> ? ORDER BY id", params: [2n] });
    expect(stream.columns).toStrictEqual([
      { name: "id", type: "int8", declared: "INTEGER" },
      { name: "v", type: "bytea", declared: null },
    ]);
    expect([stream.scn, stream.end, stream.plan]).toStrictEqual([scn, null, undefined]);
    expect(await rowsOf(stream)).toStrictEqual([
      [-1n, new Uint8Array(1)],
      [1n, "a"],
      [9007199254740993n, 1],
    ]);
    expect(stream.end).toStrictEqual({ rowCount: 3, truncated: false });
    expect(stream.workedMs).toBeGreaterThanOrEqual(0);
    expect(await stream.next()).toBeNull();
    stream.close();
  },

  "give as many rows as there are, unless a number is asked for": async ({ db, host }) => {
    const count = host.capabilities().maxRows + 12_345;
    const found = await rowsOf(await db.streamQuery({ branch, sql: numbers(count) }));
    expect(found).toHaveLength(count);
    expect(found.at(-1)).toStrictEqual([BigInt(count)]);
    const cut = await db.streamQuery({ branch, sql: numbers(10), maxRows: 4 });
    expect(await rowsOf(cut)).toHaveLength(4);
    expect(cut.end).toStrictEqual({ rowCount: 4, truncated: true });
    const none = await db.streamQuery({ branch, sql: "SELECT 1 WHERE false" });
    expect(await rowsOf(none)).toStrictEqual([]);
    expect(none.end).toStrictEqual({ rowCount: 0, truncated: false });
  },

  "read any state, and show their plan": async ({ db }) => {
    const { scn } = await filled(db);
    await commit(db, "main", "DELETE FROM t");
    await db.createBranch({ name: "dev", at: at(scn) });
    const sql = "SELECT v FROM t ORDER BY id";
    const past = await db.streamQuery({ branch, sql, at: at(scn), explain: true });
    expect([past.scn, past.plan]).toStrictEqual([scn, expect.stringMatching(/t/)]);
    expect(await rowsOf(past)).toStrictEqual([["a"], ["b"]]);
    expect(await rowsOf(await db.streamQuery({ branch: "dev", sql }))).toStrictEqual([["a"], ["b"]]);
    expect(await rowsOf(await db.streamQuery({ branch, sql }))).toStrictEqual([]);
  },

  "are refused before the first row like any query": async ({ db }) => {
    await filled(db);
    const open = (sql: string) => db.streamQuery({ branch, sql });
    await refused("SQL_NAME_NOT_FOUND", open("SELECT * FROM absent"));
    await refused("NOT_A_QUERY", open("DELETE FROM t"));
    await refused("PARAM_COUNT", open("SELECT ?"));
    await refused("POINT_IN_FUTURE", db.streamQuery({ branch, sql: "SELECT 1", atLeastScn: 1_000_000 }));
    await refused("QUERY_TIMEOUT", db.streamQuery({ branch, sql: SLOW, deadlineMs: 150 }));
  },

  "fail in the middle, after the rows before": async ({ db }) => {
    const failing = `SELECT CASE x WHEN 20000 THEN abs(-9223372036854775808) ELSE x END FROM (${numbers(30_000)})`;
    const stream = await db.streamQuery({ branch, sql: failing });
    const first = await stream.next();
    expect(first?.[0]).toStrictEqual([1n]);
    const error = await refused("SQL_ERROR", drained(stream));
    expect(error.native?.text).toBe("integer overflow");
    expect(stream.end).toBeNull();
  },

  "can be closed, or aborted, before their end": async ({ db }) => {
    const stream = await db.streamQuery({ branch, sql: numbers(1_000_000_000) });
    expect((await stream.next())?.[0]).toStrictEqual([1n]);
    stream.close();
    stream.close();
    await refused("QUERY_TIMEOUT", drained(stream));
    const gone = new AbortController();
    const late = db.streamQuery({ branch, sql: ENDLESS }, gone.signal);
    setTimeout(() => gone.abort(), 50);
    await refused("QUERY_TIMEOUT", late);
    await refused("QUERY_TIMEOUT", db.streamQuery({ branch, sql: "SELECT 1" }, gone.signal));
  },

  "can be under way together, and beside writes": async ({ db }) => {
    await filled(db);
    const stream = await db.streamQuery({ branch, sql: `SELECT t.v FROM t, (${numbers(2000)}) ORDER BY id` });
    const next = await commit(db, "main", "UPDATE t SET v = 'x'");
    const second = await db.streamQuery({ branch, sql: "SELECT v FROM t", atLeastScn: next.scn });
    expect(await rowsOf(second)).toStrictEqual([["x"], ["x"]]);
    const found = await rowsOf(stream);
    expect(new Set(found.flat())).toStrictEqual(new Set(["a", "b"]));
    expect(found).toHaveLength(4000);
  },
});

export const JSON_STREAM_CASES = cases(
  "JSON streams",
  {
    "give the same rows as lines": async ({ db }) => {
      await commit(db, "main", "CREATE TABLE j (id INTEGER PRIMARY KEY, flag BOOLEAN, v)");
      const { scn } = await commit(
        db,
        "main",
        "INSERT INTO j VALUES (1, 1, x'00ff'), (2, 0, 9007199254740993), (3, NULL, 1e999), (4, 1, 'é\"')",
      );
      const sql = "SELECT id, flag, v, v FROM j ORDER BY id";
      const read = async (rows: "objects" | "arrays") => {
        const stream = await db.streamJson!({ branch, sql, rows, explain: true });
        expect([stream.scn, stream.columns[1], stream.plan]).toStrictEqual([
          scn,
          { name: "flag", type: "bool", declared: "BOOLEAN" },
          expect.any(String),
        ]);
        const parts = await drained(stream);
        expect(parts.every((part) => part.at(-1) === 10)).toBe(true);
        expect(stream.end).toStrictEqual({ rowCount: 4, truncated: false });
        const text = new TextDecoder().decode(Buffer.concat(parts));
        return text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown);
      };
      expect(await read("arrays")).toStrictEqual([
        [1, true, "AP8=", "AP8="],
        [2, false, "9007199254740993", "9007199254740993"],
        [3, null, "Infinity", "Infinity"],
        [4, true, 'é"', 'é"'],
      ]);
      expect((await read("objects"))[0]).toStrictEqual({ id: 1, flag: true, v: "AP8=", "v:1": "AP8=" });
    },

    "take what a query takes": async ({ db }) => {
      const { scn } = await filled(db);
      await commit(db, "main", "DELETE FROM t");
      const open = (more: object) => db.streamJson!({ branch, sql: "SELECT v FROM t", rows: "arrays", ...more });
      const text = async (more: object) => Buffer.concat(await drained(await open(more))).toString();
      expect(await text({ at: at(scn) })).toBe('["a"]\n["b"]\n');
      expect(await text({})).toBe("");
      expect(await text({ at: at(scn), maxRows: 1 })).toBe('["a"]\n');
      expect(await text({ sql: "SELECT ?", params: [1n] })).toBe("[1]\n");
      await db.createBranch({ name: "dev", at: at(scn) });
      expect(await text({ branch: "dev" })).toBe('["a"]\n["b"]\n');
      await refused("SQL_NAME_NOT_FOUND", open({ sql: "SELECT * FROM absent" }));
      await refused("QUERY_TIMEOUT", open({ sql: SLOW, deadlineMs: 150 }));
      await refused("POINT_IN_FUTURE", open({ atLeastScn: 1_000_000 }));
    },
  },
  "jsonStreams",
);
