import { expect, it } from "vitest";
import { fitsAny } from "../../dist/util/glob.js";

it.each([
  ["main", "main", true],
  ["main", "Main", false],
  ["main", "main2", false],
  ["feature-*", "feature-", true],
  ["feature-*", "feature-a-b", true],
  ["feature-*", "a-feature-b", false],
  ["*", "anything", true],
  ["*-fix", "a-fix-b-fix", true],
  ["*-fix", "a-fix-b", false],
  ["v?", "v1", true],
  ["v?", "v", false],
  ["v?", "v12", false],
  ["a*b*c", "aXbYbZc", true],
  ["a*b*c", "aXcYb", false],
  ["**", "x", true],
  ["*-1", "feat-1-1", true],
  ["a.c", "abc", false],
  ["", "x", false],
  [".*", "x", false],
])("the glob %j and the name %j", (glob, name, fits) => {
  expect(fitsAny([glob], name)).toBe(fits);
  expect(fitsAny(["no", glob], name)).toBe(fits);
});

it("a glob of nothing but stars and letters is decided without trying every way", () => {
  const glob = `${"*a".repeat(50)}`;
  expect(fitsAny([glob], `${"a".repeat(99)}b`)).toBe(false);
  expect(fitsAny([glob], "a".repeat(100))).toBe(true);
});
