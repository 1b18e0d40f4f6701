import { describe, expect, it } from "vitest";
import { conditionText, equalTo, withCondition } from "../src/pages/data/filter/filter-text.js";
import { nextOrder, orderOf, orderText } from "../src/pages/data/filter/order.js";

describe("the filter builder", () => {
  it("writes numbers for columns of numbers, and quotes everything else", () => {
    expect(conditionText({ column: "price", operator: ">", text: " 10.5 " }, "numeric")).toBe('"price" > 10.5');
    expect(conditionText({ column: "price", operator: ">", text: "1; DROP" }, "numeric")).toBe(`"price" > '1; DROP'`);
    expect(conditionText({ column: "vip", operator: "=", text: "true" }, "bool")).toBe('"vip" = 1');
    expect(conditionText({ column: 'a"b', operator: "=", text: "it's" }, "text")).toBe(`"a""b" = 'it''s'`);
    expect(conditionText({ column: "a", operator: "is null", text: "ignored" }, "text")).toBe('"a" IS NULL');
  });

  it("looks for signs that LIKE takes for patterns as they are", () => {
    expect(conditionText({ column: "a", operator: "contains", text: "50%" }, "text")).toBe(
      `"a" LIKE '%50\\%%' ESCAPE '\\'`,
    );
    expect(conditionText({ column: "a", operator: "starts with", text: "A" }, "text")).toBe(`"a" LIKE 'A%'`);
  });

  it("adds to a filter without changing what it meant", () => {
    expect(withCondition("", "b = 2")).toBe("b = 2");
    expect(withCondition("a = 1", "b = 2")).toBe("a = 1 AND b = 2");
    expect(withCondition("a = 1 OR a = 3", "b = 2")).toBe("(a = 1 OR a = 3) AND b = 2");
  });

  it("names rows by their keys", () => {
    expect(
      equalTo([
        ["id", 5],
        ["code", "o'"],
        ["gone", null],
        ["on", true],
      ]),
    ).toBe(`"id" = 5 AND "code" = 'o''' AND "gone" IS NULL AND "on" = 1`);
  });
});

describe("the order of a table", () => {
  const columns = ["name", "-odd", "odd"];
  it("goes from ascending to descending to none", () => {
    expect(nextOrder(null, "name")).toBe("name");
    expect(nextOrder(orderOf("name", columns), "name")).toBe("-name");
    expect(nextOrder(orderOf("-name", columns), "name")).toBeUndefined();
    expect(nextOrder(orderOf("-name", columns), "odd")).toBe("odd");
  });

  it("ignores columns that the table doesn't have, and takes names with hyphens", () => {
    expect(orderOf("name; DROP TABLE x", columns)).toBeNull();
    expect(orderText(orderOf("-odd", columns))).toBe('"-odd" ASC');
    expect(orderText(orderOf("--odd", columns))).toBe('"-odd" DESC');
    expect(orderText(null)).toBeUndefined();
  });
});
