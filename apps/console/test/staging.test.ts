import type { Row } from "@heliosdb/client";
import { describe, expect, it } from "vitest";
import { gridRows, shownValue } from "../src/pages/data/staging/grid-rows.js";
import {
  NOTHING_STAGED,
  type Staged,
  type StagedChange,
  stage,
  stagedCount,
} from "../src/pages/data/staging/staged.js";
import { movedRows, readAgain, statementsOf, touchedRows } from "../src/pages/data/staging/statements.js";

const KEYS = ["id"];
const ADA: Row = { id: 1, name: "Ada", city: null };
const BOB: Row = { id: 2, name: "Bob", city: "Oslo" };
const staged = (...changes: readonly StagedChange[]): Staged =>
  changes.reduce((all, change) => stage(all, KEYS, change), NOTHING_STAGED);

describe("staging", () => {
  it("keeps the first values of a row, and forgets an edit that goes back to them", () => {
    const once = staged({ type: "edit", row: ADA, column: "name", value: "Eve" });
    expect(stagedCount(once)).toBe(1);
    const back = stage(once, KEYS, { type: "edit", row: ADA, column: "name", value: "Ada" });
    expect(stagedCount(back)).toBe(0);
    const nulled = staged(
      { type: "edit", row: BOB, column: "city", value: null },
      { type: "revert", row: BOB, column: "city" },
    );
    expect(stagedCount(nulled)).toBe(0);
  });

  it("drops the edits of a deleted row, and knows how it was before them", () => {
    const gone = staged({ type: "edit", row: ADA, column: "name", value: "Eve" }, { type: "delete", row: ADA });
    expect([gone.edits.size, gone.deletes.size]).toEqual([0, 1]);
    expect([...gone.deletes.values()]).toEqual([ADA]);
    expect(stagedCount(stage(gone, KEYS, { type: "keep", row: ADA }))).toBe(0);
  });

  it("fills new rows column by column, and drops one without the others", () => {
    const two = staged({ type: "insert" }, { type: "insert" }, { type: "fill", id: 2, column: "name", value: "Cy" });
    expect(two.inserts).toEqual([
      { id: 1, values: {} },
      { id: 2, values: { name: "Cy" } },
    ]);
    expect(stage(two, KEYS, { type: "drop", id: 1 }).inserts.map(({ id }) => id)).toEqual([2]);
    const emptied = stage(two, KEYS, { type: "fill", id: 2, column: "name", value: undefined });
    expect(emptied.inserts[1]).toEqual({ id: 2, values: {} });
  });

  it("doesn't change what it was given", () => {
    const before = staged({ type: "edit", row: ADA, column: "name", value: "Eve" });
    stage(before, KEYS, { type: "delete", row: ADA });
    stage(before, KEYS, { type: "clear" });
    expect([before.edits.size, before.deletes.size]).toEqual([1, 0]);
  });

  it("shows new rows first, and staged values over those that were read", () => {
    const rows = gridRows(
      [ADA, BOB],
      KEYS,
      staged({ type: "insert" }, { type: "edit", row: BOB, column: "city", value: null }, { type: "delete", row: ADA }),
    );
    expect(rows.map(({ mark }) => mark)).toEqual(["inserted", "deleted", "edited"]);
    expect(shownValue(rows[2]!, "city")).toBeNull();
    expect(shownValue(rows[2]!, "name")).toBe("Bob");
  });

  it("lays the same changes over rows that others changed, and none over those that are gone", () => {
    const mine = staged(
      { type: "edit", row: ADA, column: "name", value: "Eve" },
      { type: "edit", row: BOB, column: "name", value: "Ben" },
    );
    const now = { ...ADA, city: "Rome" };
    const rows = [
      { before: ADA, after: now },
      { before: BOB, after: undefined },
    ];
    const rebased = stage(mine, KEYS, { type: "rebase", rows });
    expect([...rebased.edits.values()]).toEqual([{ row: now, values: { name: "Eve" } }]);
    const deleting = stage(staged({ type: "delete", row: ADA }), KEYS, { type: "rebase", rows });
    expect([...deleting.deletes.values()]).toEqual([now]);
  });
});

describe("saving", () => {
  it("makes statements of deletes, edits and inserts, with every value and name apart from the SQL", () => {
    const all = staged(
      { type: "edit", row: BOB, column: "name", value: "'; DROP TABLE x; --" },
      { type: "delete", row: ADA },
      { type: "insert" },
      { type: "fill", id: 1, column: "name", value: "Cy" },
      { type: "insert" },
    );
    expect(statementsOf('we"ird', KEYS, all)).toEqual([
      { sql: 'DELETE FROM "we""ird" WHERE "id" IS $1', params: [1] },
      { sql: 'UPDATE "we""ird" SET "name" = $1 WHERE "id" IS $2', params: ["'; DROP TABLE x; --", 2] },
      { sql: 'INSERT INTO "we""ird" ("name") VALUES ($1)', params: ["Cy"] },
      { sql: 'INSERT INTO "we""ird" DEFAULT VALUES' },
    ]);
    expect(readAgain("t", ["a", "b"], { a: 1, b: null })).toEqual({
      sql: 'SELECT * FROM "t" WHERE "a" IS $1 AND "b" IS $2',
      params: [1, null],
    });
  });

  it("finds the rows that moved: another value in any column, or gone", () => {
    const mine = staged({ type: "edit", row: ADA, column: "name", value: "Eve" }, { type: "delete", row: BOB });
    const rows = touchedRows(mine);
    const same = new Map<string, Row | undefined>([
      ["[1]", { ...ADA }],
      ["[2]", { ...BOB }],
    ]);
    expect(movedRows(rows, same, KEYS)).toEqual([]);
    const moved = new Map<string, Row | undefined>([["[1]", { ...ADA, city: "Rome" }]]);
    expect(movedRows(rows, moved, KEYS).map(({ before, after }) => [before.id, after?.city])).toEqual([
      [1, "Rome"],
      [2, undefined],
    ]);
  });
});
