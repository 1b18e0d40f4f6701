import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openReader } from "../../src/index.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

const DAY = 86_400_000;
const COUNT = "SELECT count(*) FROM items";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE items (id INTEGER PRIMARY KEY)");
  db.branch("dev");
  db.execute("dev", "INSERT INTO items VALUES (1)");
});
afterEach(() => db.dispose());

/** A reader that does something, once, behind its look at the list of branches. */
function readerWith(meanwhile: () => void) {
  const { directory, clockOffsetMs } = db;
  const reader = openReader({ directory, clockOffsetMs });
  const { meta } = reader as unknown as { meta: { dataVersion(): number } };
  const look = meta.dataVersion.bind(meta);
  let isDone = false;
  meta.dataVersion = () => {
    const version = look();
    if (!isDone) {
      isDone = true;
      meanwhile();
    }
    return version;
  };
  return reader;
}

const query = { op: "query", request: { branch: "dev", sql: COUNT } } as const;

/** Everything that the branch has had before now is removed. */
function purge(): void {
  db.travel(40 * DAY);
  db.maintain();
  db.maintain();
}

describe("a file that is removed while a reader is about to open it", () => {
  it("belonged to a branch that is gone: that is what the reader says", () => {
    const reader = readerWith(() => {
      db.control({ op: "deleteBranch", request: { branch: "dev" } });
      purge();
    });
    expect(codeOf(() => reader.read(query))).toBe("BRANCH_NOT_FOUND");
    reader.close();
  });

  it("was replaced by another: the reader reads that one", () => {
    const reader = readerWith(() => {
      db.control({ op: "resetBranch", request: { branch: "dev", to: "parent", author: "test" } });
      purge();
    });
    expect(reader.read(query).rows).toEqual([[0n]]);
    reader.close();
  });

  it("does so for a stream too", () => {
    const reader = readerWith(() => {
      db.control({ op: "resetBranch", request: { branch: "dev", to: "parent", author: "test" } });
      purge();
    });
    const rows = reader.stream({ branch: "dev", sql: COUNT }, "exact");
    expect(rows.next()).toBe('["~i0"]\n');
    rows.close();
    reader.close();
  });

  it("is not asked for a copy of, however long ago the list was read", () => {
    const { scn } = db.execute("dev", "INSERT INTO items VALUES (2)");
    db.execute("dev", "DELETE FROM items");
    db.control({ op: "resetBranch", request: { branch: "dev", to: "parent", author: "test" } });
    const { reader } = db;
    reader.pin();
    const at = { kind: "scn", scn } as const;
    expect(db.rows("dev", "SELECT id FROM items", at)).toEqual([[1], [2]]);
    db.control({ op: "setRetention", request: { historyMs: 0, deletedMs: 0 } });
    db.maintain();
    // A past state that only a copy can answer.
    const sql = "SELECT count(*) FROM sqlite_schema";
    const past = { op: "query", request: { branch: "dev", sql, at } } as const;
    expect(codeOf(() => reader.read(past))).toMatch(/^(POINT_EXPIRED|SNAPSHOT_NOT_FOUND|POINT_IN_FUTURE)$/);
    reader.unpin();
  });

  it("is missed where the list still has it", () => {
    const { file } = db.place("dev", { kind: "now" });
    const reader = readerWith(() => rmSync(join(db.directory, "branches", `${file}.db`)));
    expect(codeOf(() => reader.read(query))).toBe("STORAGE_UNAVAILABLE");
    reader.close();
  });
});

type Ask = (reader: ReturnType<typeof readerWith>) => unknown;
const QUERY: Ask = (reader) =>
  reader.read({ op: "query", request: { branch: "shared", sql: "SELECT id FROM items" } }).rows;
const LIST: Ask = (reader) => reader.read({ op: "listBranches", request: {} }).map(({ headScn }) => headScn);
const GET: Ask = (reader) => reader.read({ op: "getBranch", request: { branch: "shared" } }).headScn;

it.each([
  ["a query", QUERY, () => [[11n]]],
  ["a list of branches", LIST, (head: number) => [head, head]],
  ["a branch", GET, (head: number) => head],
])(
  "history that is removed while a reader is about to read a branch that shared it is not asked for by %s",
  (_, ask, wanted) => {
    db.branch("shared", "main");
    const { scn } = db.execute("main", "INSERT INTO items VALUES (11)");
    db.control({ op: "deleteBranch", request: { branch: "dev" } });
    const reader = readerWith(() => {
      db.control({ op: "resetBranch", request: { branch: "shared", to: "parent", author: "test" } });
      db.control({ op: "setRetention", request: { historyMs: 0, deletedMs: 0 } });
      db.maintain();
    });
    expect(ask(reader)).toEqual(wanted(scn));
    reader.close();
  },
);
