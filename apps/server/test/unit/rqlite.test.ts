import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDuration } from "../../dist/surfaces/rqlite/parameters/duration.js";
import { indented, jsonString } from "../../dist/surfaces/rqlite/presenters/json-text.js";
import { timeOfInteger, timeOfText } from "../../dist/surfaces/rqlite/presenters/times.js";
import { NumberText, parseExactNumbers } from "../../dist/surfaces/rqlite/readers/exact-numbers.js";

describe("durations", () => {
  it.each([
    ["2m", 120_000],
    ["1.5s", 1500],
    ["1h30m", 5_400_000],
    ["-3ms", -3],
    ["250us", 0.25],
    [".5s", 500],
    ["0", 0],
    ["5", null],
    ["", null],
    ["s", null],
    ["1d", null],
    ["1s2", null],
    ["1 s", null],
    ["9999999h", null],
  ])("%s", (text, expected) => {
    expect(readDuration(text)).toBe(expected);
  });
});

describe("numbers of a body", () => {
  it("are exact, and everything else is what JSON.parse makes of it", () => {
    const plain = (value: unknown): unknown => {
      if (typeof value === "bigint") return Number(value);
      if (value instanceof NumberText) return Number(value.text);
      if (value instanceof Map) return Object.fromEntries([...value].map(([name, field]) => [name, plain(field)]));
      return Array.isArray(value) ? value.map(plain) : value;
    };
    const scalar = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const body = fc.array(
      fc.array(
        fc.oneof(
          scalar,
          fc.dictionary(
            fc.string().filter((name) => name !== "__proto__"),
            scalar,
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(body, (value) => {
        const text = JSON.stringify(value);
        expect(plain(parseExactNumbers(text))).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const [read] = parseExactNumbers(`[${value}]`) as [bigint | NumberText];
        expect(read instanceof NumberText ? read.text : String(read)).toBe(String(value));
      }),
    );
  });
});

describe("text", () => {
  it("is JSON that means the same, with what Go escapes escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(JSON.parse(jsonString(text))).toBe(text);
        expect(jsonString(text)).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });

  it("is indented as JSON.stringify indents it", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value = JSON.parse(json);
        expect(indented(JSON.stringify(value))).toBe(JSON.stringify(value, null, 4));
      }),
    );
  });
});

describe("times", () => {
  it.each([
    ["2024-01-02", "2024-01-02T00:00:00Z"],
    ["2024-01-02 03:04", "2024-01-02T03:04:00Z"],
    ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"],
    ["2024-01-02 03:04:05.120", "2024-01-02T03:04:05.12Z"],
    ["2024-01-02 03:04:05.123456789+02:00", "2024-01-02T03:04:05.123456789+02:00"],
    ["2024-01-02 03:04:05+00:00", "2024-01-02T03:04:05Z"],
    ["2024-02-30", "0001-01-01T00:00:00Z"],
    ["24:00", "0001-01-01T00:00:00Z"],
    ["", "0001-01-01T00:00:00Z"],
  ])("of the text %s", (text, expected) => {
    expect(timeOfText(text)).toBe(expected);
  });

  it.each([
    [1_700_000_000n, "2023-11-14T22:13:20Z"],
    [1_700_000_000_123n, "2023-11-14T22:13:20.123Z"],
    [-1n, "1969-12-31T23:59:59Z"],
    [0n, "1970-01-01T00:00:00Z"],
    [9_223_372_036_854_775_807n, null],
  ])("of the integer %s", (value, expected) => {
    expect(timeOfInteger(value)).toBe(expected);
  });
});
