import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { UsageError } from "../src/errors/exit-codes.js";
import { durationText, seconds } from "../src/input/duration.js";
import { expiry, expiryOrNever } from "../src/input/expiry.js";
import { rowKey } from "../src/input/row-key.js";
import { bytes } from "../src/input/size.js";

describe("ages and sizes", () => {
  it.each([
    ["45s", 45, "45s"],
    ["90m", 5400, "90m"],
    ["24h", 86_400, "1d"],
    ["2w", 1_209_600, "14d"],
    ["0d", 0, "0s"],
  ])("%s", (text, age, shown) => {
    expect(seconds(text)).toBe(age);
    expect(durationText(age)).toBe(shown);
  });

  it("sizes in powers of ten, in any letter case", () => {
    expect([bytes("10GB"), bytes("1kb"), bytes("77")]).toEqual([1e10, 1000, 77]);
  });

  it.each(["7", "d", "-1d", "1.5h", "7 d", ""])("%s is no age", (text) => {
    expect(() => seconds(text)).toThrow(InvalidArgumentError);
  });

  it.each(["GB", "1.5GB", "10XB", "-1", ""])("%s is no size", (text) => {
    expect(() => bytes(text)).toThrow(InvalidArgumentError);
  });
});

it("an expiry is a time, an age from now, or never", () => {
  expect(expiry("1767225600")).toBe(1767225600);
  expect(expiry("2026-01-01T00:00:00Z")).toBe("2026-01-01T00:00:00Z");
  const soon = expiry("12h");
  expect(soon instanceof Date && Math.abs(soon.getTime() - Date.now() - 43_200_000)).toBeLessThan(5000);
  expect(expiryOrNever("never")).toBe("never");
  expect(expiryOrNever("2026-01-01")).toBe("2026-01-01");
  for (const wrong of ["never", "soon", ""]) expect(() => expiry(wrong)).toThrow(InvalidArgumentError);
});

describe("row keys", () => {
  it.each([
    ["5", 5],
    ["-1.5", -1.5],
    ["abc", "abc"],
    ['"5"', "5"],
    ['["x",1]', ["x", 1]],
    ["2025-12-01", "2025-12-01"],
  ])("%s", (text, key) => {
    expect(rowKey(text)).toEqual(key);
  });

  it.each(["[]", "{}", '[{"a":1}]', '["x"', "9007199254740993"])("%s is refused", (text) => {
    expect(() => rowKey(text)).toThrow(UsageError);
  });
});
