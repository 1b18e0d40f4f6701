import { describe, expect, it } from "vitest";
import { csvRows, separatorOf } from "../src/pages/import/read/csv.js";
import { branchName, converted, createTable, guessColumns, tableName } from "../src/pages/import/read/guess.js";
import { kindOf, readRecords } from "../src/pages/import/read/records.js";

const fields = (text: string) => [...csvRows(text, ",")].map((row) => row.fields);

describe("CSV", () => {
  it("has quotes, doubled quotes, line ends in fields, and either line end", () => {
    expect(fields('\uFEFFa,b\r\n"x, y","say ""hi"""\n"two\nlines",\n')).toEqual([
      ["a", "b"],
      ["x, y", 'say "hi"'],
      ["two\nlines", ""],
    ]);
    expect([...csvRows('a\n"1\n2"\n\nb', ",")].map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it("is refused with the line that is wrong", () => {
    expect(() => fields('a,b\n"open')).toThrow("Line 2: a quoted field has no end.");
    expect(() => fields('a\n"x"y')).toThrow("Line 2: expected a separator");
    expect(() => readRecords("csv", "a,b\n1,2\n3")).toThrow("Line 3 has 1 fields. Expected 2");
    expect(() => readRecords("csv", "")).toThrow("The file is empty");
  });

  it("is separated by what its first line has most of", () => {
    expect(separatorOf("a;b;c,d\n1,2,3,4,5")).toBe(";");
    expect(separatorOf("a\tb")).toBe("\t");
    expect(separatorOf("alone")).toBe(",");
  });
});

describe("a dropped file", () => {
  const kind = (name: string, text: string) => kindOf(name, new TextEncoder().encode(text));
  it("is known by what it begins with", () => {
    expect(kind("shop.db", "SQLite format 3\0…")).toBe("sqlite");
    expect(kind("shop.csv", "SQLite format 3\0…")).toBe("sqlite");
    expect(kind("rows.txt", ' [{"a": 1}]')).toBe("json");
    expect(kind("rows.txt", '{"a": 1}\n{"a": 2}')).toBe("ndjson");
    expect(kind("rows.txt", "a,b\n1,2")).toBe("csv");
  });

  it("gives records by column, and says which one is none", () => {
    expect(readRecords("json", '[{"a": 1, "b": {"c": 2}}, {"d": null}]')).toEqual({
      columns: ["a", "b", "d"],
      records: [
        { line: 1, values: { a: 1, b: '{"c":2}' } },
        { line: 2, values: { d: null } },
      ],
    });
    expect(() => readRecords("json", '{"a": 1}')).toThrow("Expected a JSON array of objects.");
    expect(() => readRecords("json", "[1]")).toThrow("Entry 1 is not an object.");
    expect(() => readRecords("ndjson", '{"a": 1}\nnope')).toThrow("Line 2 is not JSON.");
  });

  it("gets names for columns that have none, and different ones for equal ones", () => {
    expect(readRecords("csv", "a,,A\n1,2,3").columns).toEqual(["a", "column_2", "A_2"]);
  });
});

describe("the guessed columns", () => {
  const guess = (csv: string) =>
    guessColumns(readRecords("csv", csv)).map(({ type, isKey }) => type + (isKey ? " key" : ""));
  it("fit all values", () => {
    expect(guess("id,n,r,b,j,t\n1,5,1.5,true,{},x\n2,,2,false,[1],7")).toEqual([
      "INTEGER key",
      "INTEGER",
      "REAL",
      "BOOLEAN",
      "JSON",
      "TEXT",
    ]);
  });

  it("keep codes with leading zeros as texts, and take no key that repeats", () => {
    expect(guess("zip,id\n01234,1\n98765,1")).toEqual(["TEXT", "INTEGER"]);
    expect(guess("id\n1\n1")).toEqual(["INTEGER"]);
    expect(guess("id,x\n1,a\n,b")).toEqual(["INTEGER", "TEXT"]);
  });

  it("become a table, whatever they are called", () => {
    const columns = [
      { name: 'a"', type: "INTEGER", isKey: true },
      { name: "b", type: "TEXT", isKey: true },
    ] as const;
    expect(createTable('t"', columns)).toBe('CREATE TABLE "t""" ("a""" INTEGER, "b" TEXT, PRIMARY KEY ("a""", "b"))');
    expect(createTable("t", columns.slice(0, 1))).toBe('CREATE TABLE "t" ("a""" INTEGER PRIMARY KEY)');
  });

  it("convert texts of a file, and leave what doesn't fit as it is", () => {
    expect(["5", "900719925474099", "900719925474099267"].map((text) => converted(text, "INTEGER"))).toEqual([
      5,
      900719925474099,
      900719925474099267n,
    ]);
    expect([
      converted("x", "INTEGER"),
      converted("true", "BOOLEAN"),
      converted(5, "TEXT"),
      converted(undefined, "REAL"),
    ]).toEqual(["x", true, "5", null]);
  });

  it("and names come from the file's", () => {
    expect([tableName("Sales 2026-Q1.csv"), tableName("2026.csv"), tableName("ä.json")]).toEqual([
      "Sales_2026_Q1",
      "table_2026",
      "ä",
    ]);
    expect([branchName("My shop.sqlite3"), branchName("???.db"), branchName("-x.db")]).toEqual([
      "My-shop",
      "imported",
      "x",
    ]);
  });
});
