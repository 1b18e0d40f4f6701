import { describe, expect, it } from "vitest";
import { scnCursor } from "../../dist/surfaces/v1/schemas/cursor.js";
import { branchMetadata } from "../../dist/surfaces/v1/schemas/metadata.js";
import { nameList } from "../../dist/surfaces/v1/schemas/name-list.js";
import { rowKey } from "../../dist/surfaces/v1/schemas/row-key.js";
import { stateParameter } from "../../dist/surfaces/v1/schemas/state-parameter.js";
import { time, timeEnd } from "../../dist/surfaces/v1/schemas/time.js";

const NOON = Date.parse("2025-12-01T12:00:00Z") * 1000;

describe("a time", () => {
  it.each([
    [NOON / 1e6, NOON, NOON + 999_999],
    [String(NOON / 1e6), NOON, NOON + 999_999],
    [NOON / 1e3 + 250, NOON + 250_000, NOON + 250_999],
    ["2025-12-01T12:00:00Z", NOON, NOON + 999_999],
    ["2025-12-01T13:00:00+01:00", NOON, NOON + 999_999],
    ["2025-12-01T12:00:00.250Z", NOON + 250_000, NOON + 250_999],
    ["2025-12-01T12:00:00.000999Z", NOON + 999, NOON + 999],
    ["2025-12-01T12:00:00.999999Z", NOON + 999_999, NOON + 999_999],
    [NOON / 1e6 + 0.5, NOON + 500_000, NOON + 500_000],
    ["2025-12-01T12:00", NOON, NOON],
    ["2025-12-01", NOON - 43_200e6, NOON - 43_200e6],
  ])("%s begins and ends to the microsecond", (text, first, last) => {
    expect([time.parse(text, "at"), timeEnd.parse(text, "at")]).toEqual([first, last]);
  });

  it.each(["soon", "scn:4", "now", "", "2025-13-01", -5, null, {}])("%j is none", (value) => {
    expect(() => time.parse(value, "at")).toThrow("'at' must be");
  });
});

describe("a list of names", () => {
  const names = nameList({ description: "", example: "" });
  it.each([
    ["a", ["a"]],
    ["a,b", ["a", "b"]],
    [" a , b c ,d", ["a", "b c", "d"]],
    ['"a,b" , "say ""hi""",c', ["a,b", 'say "hi"', "c"]],
  ])("%s", (text, expected) => {
    expect(names.parse(text, "tables")).toEqual(expected);
  });

  it.each(["", " ", ",", "a,", "a,,b", 'a"b', '"a', '"a"b'])("refuses '%s'", (text) => {
    expect(() => names.parse(text, "tables")).toThrow("'tables' must be names separated by commas");
  });

  it("takes no long time for a long text", () => {
    const began = performance.now();
    expect(() => names.parse(`${" ".repeat(100_000)}"`, "tables")).toThrow();
    expect(() => names.parse(`a${" ".repeat(100_000)}"`, "tables")).toThrow();
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe("other values of a URL", () => {
  it("a key is JSON", () => {
    expect(rowKey.parse("5", "key")).toEqual([5n]);
    expect(rowKey.parse('"5"', "key")).toEqual(["5"]);
    expect(rowKey.parse('["x", 1, null, true]', "key")).toEqual(["x", 1n, null, 1n]);
    for (const bad of ["x", "", "[]", "[[1]]", "{}"]) expect(() => rowKey.parse(bad, "key")).toThrow("'key' must");
  });

  it("a state is a branch, with a point after the @", () => {
    expect(stateParameter.parse("main", "from")).toEqual({ branch: "main" });
    expect(stateParameter.parse("main@scn:42", "from")).toEqual({ branch: "main", at: { kind: "scn", scn: 42 } });
    expect(stateParameter.parse("main@now", "from")).toEqual({ branch: "main", at: { kind: "now" } });
    for (const bad of ["", "@scn:1", "main@", "main@x"]) expect(() => stateParameter.parse(bad, "from")).toThrow();
  });

  it("a cursor is a place in a history", () => {
    expect(scnCursor.parse("42", "cursor")).toBe(42);
    for (const bad of ["", "0", "-1", "1.5", "x", "99999999999999999999"]) {
      expect(() => scnCursor.parse(bad, "cursor")).toThrow("cursor");
    }
  });
});

describe("metadata", () => {
  it("is a JSON object of a bounded size, in bytes", () => {
    const largest = { a: "é".repeat((16_384 - 8) / 2) };
    expect(branchMetadata.parse(largest, "metadata")).toBe(largest);
    expect(() => branchMetadata.parse({ a: `${largest.a}x` }, "metadata")).toThrow("at most 16384 bytes");
    let deep: unknown = {};
    for (let depth = 0; depth < 100_000; depth++) deep = { deep };
    expect(() => branchMetadata.parse(deep, "metadata")).toThrow("nested too deeply");
  });
});
