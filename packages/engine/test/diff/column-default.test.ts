import { expect, it } from "vitest";
import { initialValue } from "../../src/rows/column-default.js";
import type { ColumnDef } from "../../src/schema/model.js";

const column = (declaredType: string, defaultSql: string | null): ColumnDef => ({
  ...{ uid: "1_0", name: "c", declaredType, notNull: false, key: 0, generated: false, defaultSql },
});

it("is what SQLite stores where nothing is given: NULL, or the default with the column's type", () => {
  expect(initialValue(column("INT", null))).toBeNull();
  expect(initialValue(column("INT", "'7'"))).toBe(7n);
  expect(initialValue(column("TEXT", "7"))).toBe("7");
  expect(initialValue(column("REAL", "7"))).toBe(7);
  expect(initialValue(column("", "x'00ff'"))).toEqual(Buffer.from([0, 255]));
  expect(initialValue(column("INT", "-9223372036854775808"))).toBe(-(2n ** 63n));
});

it("is worked out from an expression, with or without its parentheses, and from a bare word", () => {
  expect(initialValue(column("INT", "1 + 2"))).toBe(3n);
  expect(initialValue(column("INT", "(1 + 2) -- three"))).toBe(3n);
  expect(initialValue(column("TEXT", "word"))).toBe("word");
  expect(initialValue(column("BOOLEAN", "true"))).toBe(1n);
});

it("is nothing at all where SQLite can't tell", () => {
  expect(initialValue(column("INT", "no_such_function(1)"))).toBeUndefined();
  expect(initialValue(column("INT", "abs(-9223372036854775808)"))).toBeUndefined();
});
