import { describe, expect, it } from "vitest";
import { checkEnvironment } from "../src/config/environment.js";
import { UsageError } from "../src/errors/exit-codes.js";
import { branchToWrite, placeOf } from "../src/input/branch-option.js";
import { parseJson } from "../src/input/json.js";
import { columnsOf, paramOption, typedValue } from "../src/input/values.js";

describe("values", () => {
  it.each([
    ["int4:25", { type: "int4", value: 25 }],
    ["int8:9007199254740993", { type: "int8", value: "9007199254740993" }],
    ["text:int4:25", { type: "text", value: "int4:25" }],
    ["bool:true", { type: "bool", value: true }],
    ["timestamp:1701446400", { type: "timestamp", value: 1701446400 }],
    ["timestamp:2025-12-01", { type: "timestamp", value: "2025-12-01" }],
    ['json:{"a":1}', { type: "json", value: { a: 1 } }],
    ["null:", null],
    ["http://example.com", "http://example.com"],
    ["plain", "plain"],
  ])("%s", (text, value) => {
    expect(typedValue(text)).toEqual(value);
  });

  const params = (...texts: string[]) =>
    texts.reduce<unknown>((before, text) => paramOption().parseArg!(text, before), []);

  it("values of placeholders are in order, or by name", () => {
    expect(params(":é=int4:1", "@名_2=x")).toEqual({ é: { type: "int4", value: 1 }, 名_2: "x" });
    expect(params("int4:1", "a=b", ": =x")).toEqual([{ type: "int4", value: 1 }, "a=b", ": =x"]);
    expect(params(":id=int4:1", "@name=Ann=Mary", "$x=null:")).toEqual({
      id: { type: "int4", value: 1 },
      name: "Ann=Mary",
      x: null,
    });
  });

  it.each([
    ["1", ":id=1"],
    [":id=1", "1"],
  ])("values %s and %s together are refused", (first, second) => {
    expect(() => params(first, second)).toThrow("Expected one kind");
  });

  it.each(["int4:x", "int4:", "bool:yes", "json:{"])("%s is refused", (text) => {
    expect(() => typedValue(text)).toThrow(UsageError);
  });

  it("columns keep what stands behind the first =", () => {
    expect(columnsOf(["a=b=c", "n=int4:1"])).toEqual({ a: "b=c", n: { type: "int4", value: 1 } });
    expect(() => columnsOf(["=x"])).toThrow("COLUMN=VALUE");
  });
});

describe("JSON", () => {
  it("refuses an integer that a double would round, but not the same digits in a text", () => {
    expect(() => parseJson("rows", '{"id": 9007199254740993}')).toThrow('"9007199254740993"');
    expect(parseJson("rows", '{"id": "9007199254740993 \\" 9007199254740993", "n": 9007199254740991}')).toBeTruthy();
  });
});

describe("branches", () => {
  it("a point follows the first @, and may hold more of anything", () => {
    expect(placeOf({ branch: "dev@2025-12-01T08:00:00+01:00" })).toEqual({
      branch: "dev",
      asOf: "2025-12-01T08:00:00+01:00",
    });
    expect(placeOf({ branch: "dev", asOf: "scn:4" })).toEqual({ branch: "dev", asOf: "scn:4" });
    expect(branchToWrite({ branch: "dev" })).toBe("dev");
  });

  it.each(["@scn:1", "dev@", ""])("%j is refused", (branch) => {
    expect(() => placeOf({ branch })).toThrow(UsageError);
  });
});

describe("environment", () => {
  it("knows the server's names and its own, and refuses others", () => {
    expect(() => checkEnvironment(["HELIOSDB_URL", "HELIOSDB_API_PORT", "PATH"])).not.toThrow();
    expect(() => checkEnvironment(["HELIOSDB_API_PROT", "PATH"])).toThrow("HELIOSDB_API_PROT");
  });
});
