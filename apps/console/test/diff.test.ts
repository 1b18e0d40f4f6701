import type { RowDifference } from "@heliosdb/client";
import { describe, expect, it } from "vitest";
import { byTable, columnsOf } from "../src/diff/by-table.js";
import { lineDiff } from "../src/diff/line-diff.js";

describe("texts side by side", () => {
  const sides = (before: string, after: string) => lineDiff(before, after).map(({ old, now }) => [old, now]);
  it("have common lines opposite each other", () => {
    expect(sides("a\nb\nc", "a\nx\nc\nd")).toEqual([
      ["a", "a"],
      ["b", "x"],
      ["c", "c"],
      [null, "d"],
    ]);
    expect(sides("a\nb", "b")).toEqual([
      ["a", null],
      ["b", "b"],
    ]);
    expect(sides("", "a")).toEqual([[null, "a"]]);
    expect(sides("a", "")).toEqual([["a", null]]);
  });

  it("lose no line, however long they are", () => {
    const before = Array.from({ length: 1500 }, (_, line) => `old ${line}`).join("\n");
    const pairs = lineDiff(before, "new");
    expect(pairs.filter(({ old }) => old !== null)).toHaveLength(1500);
    expect(pairs.filter(({ now }) => now !== null)).toHaveLength(1);
  });
});

describe("rows that differ", () => {
  const row = (table: string, from: RowDifference["from"], to: RowDifference["to"]): RowDifference => ({
    ...{ table, kind: "update", key: [1], from, to, changed: [] },
  });
  it("stand by table, with the columns of both states", () => {
    const rows = [row("a", { id: 1, old: 1 }, { id: 1, new: 2 }), row("b", null, { x: 1 }), row("a", { id: 2 }, null)];
    expect(byTable(rows).map(({ table, rows: own }) => [table, own.length])).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    expect(columnsOf(rows.slice(0, 1))).toEqual(["id", "new", "old"]);
  });
});
