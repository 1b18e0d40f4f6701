import { describe, expect, it } from "vitest";
import { columnNames, orderByClause, orderTerms, requiredWhereClause, whereClause } from "../../src/sql/filter.js";
import { codeOf } from "../support/test-database.js";

describe("a filter", () => {
  it.each([
    "1) OR (1=1",
    "1; DROP TABLE users",
    "(1",
    "a = $1",
    "a = ?",
    "name = 'open",
    "1 /* open",
    "_helios_x = 1",
    "id IN (SELECT id FROM t AS OF SCN 3)",
    "x".repeat(20_000),
  ])("is refused: %j", (filter) => {
    expect(codeOf(() => whereClause(filter))).toBe("INVALID_FILTER");
  });

  it("stands in parentheses of its own, so that a comment ends inside them", () => {
    expect(whereClause("1 --")).toBe("(\n1 --\n)");
    expect(whereClause("name = 'a;b)'")).toBe("(\nname = 'a;b)'\n)");
  });

  it("that says nothing is none, and is an error where one is needed", () => {
    expect(whereClause("  -- nothing ")).toBeNull();
    expect(codeOf(() => requiredWhereClause("/* all */ "))).toBe("FILTER_REQUIRED");
  });
});

describe("a filter that may look at its own table only", () => {
  const own = { ownTableOnly: true };
  it.each([
    "id = (SELECT 1)",
    "EXISTS (select 1 FROM secrets)",
    "id IN secrets",
    "id NOT IN secrets",
    'id in "secrets"',
    "id IN main.secrets",
    "id IN json_each('[1]')",
    "id IN /* ( */ secrets",
    "id IN (VALUES (1))",
    "id IN (WITH x AS (VALUES (1)) VALUES (2))",
    "id IN (secrets AS OF SCN 3)",
    "id IN",
  ])("is refused: %j", (filter) => {
    expect(codeOf(() => whereClause(filter, own))).toBe("SQL_NOT_ALLOWED");
    expect(codeOf(() => requiredWhereClause(filter, own))).toBe("SQL_NOT_ALLOWED");
  });

  it.each([
    "id IN (1, 2)",
    "name = 'select'",
    '"select" = 1',
    "CAST(a AS INTEGER) = 1",
    "[in] = 1",
    "a /* SELECT */ > 2",
  ])("is let through: %j", (filter) => {
    expect(whereClause(filter, own)).toBe(`(\n${filter}\n)`);
  });
});

describe("lists of names", () => {
  it("keep quoted names whole", () => {
    expect(columnNames('id, "a,b", [c d]')).toEqual(["id", "a,b", "c d"]);
    expect(orderByClause(orderTerms("name desc nulls last, id asc"))).toBe('"name" DESC NULLS LAST, "id"');
  });

  it.each(["id, (SELECT 1)", "a b", "", "a,,b", "a; b"])("are names only: %j", (list) => {
    expect(codeOf(() => columnNames(list))).toBe("INVALID_FILTER");
  });

  it.each(["random()", "1", "name COLLATE NOCASE", "a DESC ASC"])("order by names only: %j", (list) => {
    expect(codeOf(() => orderTerms(list))).toBe("INVALID_FILTER");
  });
});
