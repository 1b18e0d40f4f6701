import { type AfterWrites, HeliosError, type QueryRequest } from "@heliosdb/port";
import { afterEach, beforeEach, expect, it } from "vitest";
import { plain } from "../support/plain.js";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, n)", "INSERT INTO t VALUES (1, 'one'), (7, 'seven')");
});
afterEach(() => db.dispose());

const GIVEN: AfterWrites = { lastWrite: { changes: 3, totalChanges: 9, rowid: 7n } };

function read(sql: string, given: AfterWrites = GIVEN, more: Partial<QueryRequest> = {}) {
  return plain(db.reader.read({ op: "query", request: { branch: "main", sql, ...given, ...more } })) as unknown as {
    rows: unknown[][];
  };
}

it("a query is told what its caller wrote", () => {
  const sql = "SELECT last_insert_rowid() + 0, changes() + 0, total_changes() + 0";
  expect(read(sql).rows).toEqual([[7, 3, 9]]);
  expect(read(sql, {}).rows).toEqual([[0, 0, 0]]);
  expect(read("SELECT n FROM t WHERE id = last_insert_rowid()").rows).toEqual([["seven"]]);
  const quoted = { doubleQuotedStrings: true };
  expect(read('SELECT n FROM t WHERE id = last_insert_rowid() AND n <> "x y"', GIVEN, quoted).rows).toEqual([
    ["seven"],
  ]);
});

it("a write begins with it, and goes on with its own", () => {
  const statements = [
    { sql: "INSERT INTO t (n) VALUES (last_insert_rowid() || ' ' || changes() || ' ' || total_changes())" },
    { sql: "INSERT INTO t (n) VALUES (last_insert_rowid() || ' ' || changes() || ' ' || total_changes())" },
  ];
  const [outcome] = db.writer.write([
    { op: "execute", request: { branch: "main", author: "test", statements, ...GIVEN } },
  ]);
  if (!outcome?.ok) throw HeliosError.fromWire(outcome!.error);
  expect(read("SELECT n FROM t WHERE id > 7").rows).toEqual([["7 3 9"], ["8 1 10"]]);
});
