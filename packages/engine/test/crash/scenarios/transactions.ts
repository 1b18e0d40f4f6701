import type { Scenario } from "../scenario.js";
import { allOrNothing, fill, value } from "./filled.js";

const STATEMENTS = [
  "UPDATE t SET v = v || '?' WHERE id % 7 = 0",
  "SAVEPOINT s",
  "DELETE FROM u",
  "ALTER TABLE t ADD COLUMN lost",
  "ROLLBACK TO s",
  "ALTER TABLE t ADD COLUMN w DEFAULT 'w'",
  "CREATE TABLE more (v)",
  "INSERT INTO more SELECT id FROM t WHERE id < 10",
  "DELETE FROM t WHERE id = 1000",
];

export const TRANSACTIONS: readonly Scenario[] = [
  {
    title: "transaction of several requests",
    prepare: (db) => {
      fill(db);
      db.execute("dev", "DELETE FROM u WHERE v = 1");
      const request = {
        branch: "dev",
        author: "test",
        requestId: "m",
        statements: [{ sql: "DELETE FROM t WHERE id = 2" }],
      };
      const meanwhile = { op: "execute", request } as const;
      return { do: "transaction", transaction: "txn_1", branch: "main", statements: STATEMENTS, meanwhile };
    },
    outcome: (db) =>
      allOrNothing([
        value(db, "main", "SELECT v FROM t WHERE id = 7") === "v7?",
        value(db, "main", "SELECT count(*) FROM pragma_table_info('t')") === 3,
        value(db, "main", "SELECT count(*) FROM sqlite_schema WHERE name = 'more'") === 1,
        value(db, "main", "SELECT count(*) FROM t WHERE id = 1000") === 0,
      ]),
    crashes: [
      ["write.committed", "not at all"],
      ["transaction.before-commit", "not at all"],
      ["transaction.committed", "wholly"],
    ],
  },
];
