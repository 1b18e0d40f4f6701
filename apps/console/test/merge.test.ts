import type { MergeConflict } from "@heliosdb/client";
import { describe, expect, it } from "vitest";
import {
  byRow,
  choosing,
  conflictKey,
  isDecidable,
  resolutionsOf,
  takesValue,
  undecided,
} from "../src/pages/merge/choices.js";

function conflict(
  table: string,
  rowId: string | null,
  column: string | null,
  more: Partial<MergeConflict> = {},
): MergeConflict {
  return {
    ...{ key: `${table}:${rowId}`, table, rowId, column, conflictType: "update_update" },
    ...{ baseValue: 1, sourceValue: 2, targetValue: 3, resolution: null, resolvedValue: null },
    ...more,
  };
}

const NAME = conflict("users", "1", "name");
const MAIL = conflict("users", "1", "mail");
const ROW = conflict("users", "2", null, { conflictType: "delete_update", sourceValue: null });
const SCHEMA = conflict("users", null, null, { conflictType: "schema" });
const BROKEN = conflict("users", "3", null, { conflictType: "constraint" });
const ALL = [NAME, ROW, MAIL, SCHEMA, BROKEN];

describe("the choices of a merge", () => {
  it("are made cell by cell, each as one resolution", () => {
    const choices = new Map([
      [conflictKey(NAME), { use: "value", value: "Eve" } as const],
      [conflictKey(MAIL), { use: "target" } as const],
      [conflictKey(ROW), { use: "source" } as const],
    ]);
    expect(undecided(ALL, choices)).toBe(1);
    expect(resolutionsOf(ALL, choices)).toEqual([
      { table: "users", key: "1", column: "name", use: "value", value: "Eve" },
      { table: "users", key: "2", use: "source" },
      { table: "users", key: "1", column: "mail", use: "target" },
    ]);
  });

  it("can be made for a row or for all at once, without those that can't be decided here", () => {
    const all = choosing(new Map(), ALL, "source");
    expect(undecided(ALL, all)).toBe(0);
    expect(all.size).toBe(4);
    expect(resolutionsOf([SCHEMA], all)).toEqual([{ table: "users", use: "source" }]);
    const row = choosing(new Map([[conflictKey(NAME), { use: "value", value: 1 } as const]]), [NAME, MAIL], "target");
    expect([...row.values()]).toEqual([{ use: "target" }, { use: "target" }]);
  });

  it("are forgotten with the conflict that they were about", () => {
    const choices = choosing(new Map(), [NAME], "source");
    expect(resolutionsOf([MAIL], choices)).toEqual([]);
  });

  it("know where a value can be typed in, and what can be decided at all", () => {
    expect([NAME, ROW, SCHEMA].map(takesValue)).toEqual([true, false, false]);
    expect([NAME, ROW, SCHEMA, BROKEN].map(isDecidable)).toEqual([true, true, true, false]);
  });

  it("stand row by row, in the order of the conflicts", () => {
    expect(byRow(ALL).map(({ rowId, conflicts }) => [rowId, conflicts.length])).toEqual([
      ["1", 2],
      ["2", 1],
      [null, 1],
      ["3", 1],
    ]);
  });
});
