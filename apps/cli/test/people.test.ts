import { describe, expect, it } from "vitest";
import { typedValue } from "../src/merge/choices.js";
import { treeLines } from "../src/output/branch-tree.js";
import { recordLines } from "../src/output/records.js";
import { relativeTime } from "../src/output/relative-time.js";
import { makeProgram } from "../src/program/program.js";
import { suggestions } from "../src/program/suggestions.js";
import { onOrOff } from "../src/shell/settings.js";

const NOW = Date.parse("2026-01-01T12:00:00Z");

describe("times for people", () => {
  it.each([
    ["2026-01-01T11:59:30Z", "just now"],
    ["2026-01-01T11:58:30Z", "1 minute ago"],
    ["2026-01-01T09:00:01Z", "2 hours ago"],
    ["2025-12-01T12:00:00Z", "1 month ago"],
    ["2023-12-31T12:00:00Z", "2 years ago"],
    ["2026-01-01T12:00:30Z", "in less than a minute"],
    ["2026-01-03T12:00:00Z", "in 2 days"],
  ])("%s is %s", (time, words) => {
    expect(relativeTime(new Date(time), NOW)).toBe(words);
  });
});

describe("the tree of branches", () => {
  const branch = (name: string, parent: string | null) =>
    ({ name, parent, state: "Active", scn: 1, updatedAt: new Date() }) as const;

  it("draws each below its parent, and those without one in the list at the top", () => {
    const all = [
      branch("main", null),
      branch("a", "main"),
      branch("b", "main"),
      branch("a1", "a"),
      branch("x", "gone"),
    ];
    const names = treeLines(all).map((line) => line.replace(/ \(.*/, ""));
    expect(names).toEqual(["main", "├─ a", "│  └─ a1", "└─ b", "x"]);
  });

  it("shows a name that is not for terminals harmlessly", () => {
    expect(treeLines([branch("a\u001b[2J", null)])[0]).toContain("a\\x1b[2J");
  });
});

describe("a command that does not exist", () => {
  it.each([
    ["tree", ["helios branches tree"]],
    ["qurey", ["helios query"]],
    ["histroy", ["helios branches history", "helios history", "helios data history"]],
    ["zzzzzz", []],
  ])("%s: %j", (word, expected) => {
    expect([...suggestions(makeProgram(), word)].sort()).toEqual([...expected].sort());
  });
});

it("rows as records show every column on its line", () => {
  expect(
    recordLines(
      ["id", "name"],
      [
        [1, null],
        [2, "a\nb"],
      ],
    ),
  ).toBe("-[ 1 ]----\nid   | 1\nname | NULL\n-[ 2 ]----\nid   | 2\nname | a\\nb\n");
});

it("a typed value is JSON, or else a text", () => {
  expect([typedValue("5"), typedValue("null"), typedValue('"5"'), typedValue("Mary Ann")]).toEqual(
    [5, null, "5", "Mary Ann"].map((value) => ({ value })),
  );
  expect([typedValue("[1]"), typedValue('{"a":1}')]).toEqual([null, null]);
});

it("a switch is turned by its word, or without one", () => {
  expect([onOrOff(true, ""), onOrOff(false, ""), onOrOff(true, "on"), onOrOff(true, "off")]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(() => onOrOff(true, "maybe")).toThrow('Expected on or off, got "maybe".');
});
