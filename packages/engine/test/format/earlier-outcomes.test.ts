import { join } from "node:path";
import type { ExecuteResult, InsertRowsResult } from "@heliosdb/port";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import type { WriteOperation } from "../../src/index.js";
import { TestDatabase } from "../support/test-database.js";

/** The outcomes of `REQUESTS` as a release before exact values stored them. */
const EARLIER = {
  returning:
    '{"results":[{"statementType":"INSERT","affectedRows":1,"returning":{"columns":["id","big","r","flag","b","note","next"],"columnTypes":["int4","int8","float8","bool","bytea","text","int8"],"rows":[[1,"9007199254740993",1,true,"AP8=","9007199254740993",2]],"truncated":false}},{"statementType":"UPDATE","affectedRows":1,"returning":{"columns":["r","none"],"columnTypes":["float8","text"],"rows":[["Infinity",null]],"truncated":false}}],"scn":3,"timestamp":1795866237710000,"changed":true}',
  ids: '{"inserted":1,"updated":0,"skipped":1,"ids":[null,7],"scn":4,"timestamp":1795866237711000,"changed":true}',
  composite:
    '{"inserted":1,"updated":0,"skipped":0,"ids":[[1,"x"]],"scn":5,"timestamp":1795866237712000,"changed":true}',
  merge:
    '{"scn":8,"timestamp":1795866237729000,"changed":true,"merged":0,"conflicts":[{"table":"t","rowId":"1","column":"big","type":"update_update","base":"9007199254740993","source":5,"target":6,"resolution":"source","resolved":5},{"table":"t","rowId":"1","column":"note","type":"update_update","base":"9007199254740993","source":"dev","target":"main","resolution":"source","resolved":"dev"},{"table":"t","rowId":"7","column":null,"type":"delete_update","base":{"id":7,"big":null,"r":null,"flag":null,"b":null,"note":null},"source":null,"target":{"id":7,"big":null,"r":null,"flag":0,"b":null,"note":null},"resolution":"source","resolved":null}],"conflictCount":3,"sourceScn":6,"dryRun":false}',
};

const by = (requestId: string) => ({ branch: "main", author: "t", requestId });
const REQUESTS: Record<Exclude<keyof typeof EARLIER, "merge">, WriteOperation> = {
  returning: {
    op: "execute",
    request: {
      ...by("returning"),
      statements: [
        {
          sql: "INSERT INTO t VALUES (1, 9007199254740993, 1.0, 1, x'00ff', '9007199254740993') RETURNING *, id + 1 AS next",
        },
        { sql: "UPDATE t SET r = 1e999 RETURNING r, NULL AS none" },
      ],
    },
  },
  ids: {
    op: "insertRows",
    request: { ...by("ids"), table: "t", onConflict: "ignore", rows: [{ id: 1n }, { id: 7n }] },
  },
  composite: {
    op: "insertRows",
    request: { ...by("composite"), table: "pair", onConflict: "ignore", rows: [{ a: 1n, b: "x" }] },
  },
};
const MERGE = {
  op: "merge",
  request: { source: "dev", target: "main", strategy: "source", author: "t", requestId: "merge" },
} as const;

it("a repeated request has its result in the present form, though an earlier release stored it", () => {
  const db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, big BIGINT, r REAL, flag BOOLEAN, b BLOB, note TEXT)",
    "CREATE TABLE pair (a INTEGER, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID",
  );
  const now = repeat(db);
  db.branch("dev");
  db.execute("dev", "UPDATE t SET note = 'dev', flag = 0, big = 5", "DELETE FROM t WHERE id = 7");
  db.execute("main", "UPDATE t SET note = 'main' WHERE id = 1", "UPDATE t SET flag = 0 WHERE id = 7");
  db.execute("main", "UPDATE t SET big = 6 WHERE id = 1");
  const merged = db.writer.control(MERGE);
  db.close();
  replace(db.directory);

  const again = new TestDatabase(db.directory);
  const then = repeat(again);
  const results = now.returning.results.map(withoutUnknown);
  expect(then.returning).toEqual({ ...now.returning, results, ...commitIn(EARLIER.returning) });
  expect(then.ids).toEqual({ ...now.ids, ...commitIn(EARLIER.ids) });
  expect(then.composite).toEqual({ ...now.composite, ...commitIn(EARLIER.composite) });
  const { sourceScn } = JSON.parse(EARLIER.merge);
  // The column's type was not stored with a conflict: an integer that JSON has no number for can't be told from text.
  const conflicts = merged.conflicts.map((conflict, i) =>
    i === 0 ? { ...conflict, base: "9007199254740993" } : conflict,
  );
  expect(again.writer.control(MERGE)).toEqual({ ...merged, conflicts, sourceScn, ...commitIn(EARLIER.merge) });
  again.dispose();
});

function repeat({ writer }: TestDatabase) {
  const results = Object.values(REQUESTS).flatMap((request) => writer.write([request]));
  expect(results.map((outcome) => outcome?.ok)).toEqual([true, true, true]);
  const [returning, ids, composite] = results.map((outcome) => outcome?.ok && outcome.result);
  return {
    returning: returning as ExecuteResult,
    ids: ids as InsertRowsResult,
    composite: composite as InsertRowsResult,
  };
}

/** Puts the earlier texts into the files. A merge's stands in meta.db too, with what became of its source. */
function replace(directory: string): void {
  const branch = new Database(join(directory, "branches", "b1.db"));
  const update = branch.prepare("UPDATE _helios_requests SET outcome = ? WHERE id = ?");
  for (const [id, text] of Object.entries(EARLIER)) expect(update.run(text, id).changes).toBe(1);
  branch.close();
  const meta = new Database(join(directory, "meta.db"));
  const merge = `${EARLIER.merge.slice(0, -1)},"sourceDeleted":false}`;
  expect(meta.prepare("UPDATE requests SET outcome = ? WHERE id LIKE 'merge %'").run(merge).changes).toBe(1);
  meta.close();
}

function commitIn(text: string): object {
  const { scn, timestamp, changed } = JSON.parse(text);
  return { scn, timestamp, changed };
}

/** A result without what was not stored. */
function withoutUnknown(result: ExecuteResult["results"][number]): object {
  const { returning } = result;
  const columns = returning!.columns.map((column) => ({ ...column, declared: null }));
  return { ...result, lastInsertId: null, returning: { ...returning, columns } };
}
