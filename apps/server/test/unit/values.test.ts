import { describe, expect, it } from "vitest";
import { columnValue, parameter } from "../../dist/surfaces/v1/schemas/values.js";

const typed = (type: string, value: unknown) => parameter.parse({ type, value }, "params[0]");
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "accepted";
};

describe("a parameter", () => {
  it.each([
    ["int4", 25, 25n],
    ["int4", 25.0, 25n],
    ["int8", "9223372036854775807", 9223372036854775807n],
    ["int8", "-9223372036854775808", -9223372036854775808n],
    ["int8", "12", 12n],
    ["float8", 5, 5],
    ["float4", 1.5, 1.5],
    ["float8", "-Infinity", -Number.POSITIVE_INFINITY],
    ["text", "x", "x"],
    ["string", "x", "x"],
    ["bool", true, 1n],
    ["boolean", false, 0n],
    ["timestamp", 1701446400, 1701446400n],
    ["timestamp", "2025-12-01T08:00:00Z", "2025-12-01T08:00:00Z"],
    ["date", "2025-12-01", "2025-12-01"],
    ["numeric", "10.25", 10.25],
    ["numeric", "9223372036854775807", 9223372036854775807n],
    ["numeric", "0.1234567890123456789", "0.1234567890123456789"],
    ["bytea", "aGVsbG8=", Buffer.from("aGVsbG8=", "base64")],
    ["json", { a: [1] }, '{"a":[1]}'],
    ["null", null, null],
    ["int4", null, null],
    ["INT4", 1, 1n],
  ])("of type %s takes %j", (type, value, bound) => {
    expect(typed(type, value)).toEqual(bound);
  });

  it.each([
    ["int4", "25"],
    ["int4", 2147483648],
    ["int4", 1.5],
    ["int8", "9223372036854775808"],
    ["int8", 1.5],
    ["int8", "1e3"],
    ["float8", "1"],
    ["float4", 1e39],
    ["text", 1],
    ["bool", 1],
    ["timestamp", "yesterday"],
    ["date", "2025-13-01"],
    ["numeric", "ten"],
    ["bytea", "not base64!"],
    ["null", 1],
    ["int3", 1],
  ])("of type %s refuses %j", (type, value) => {
    expect(codeOf(() => typed(type, value))).toBe("PARAM_TYPE");
  });

  it("may be a bare value, with 5 an integer and 5.5 a real", () => {
    expect([5, 5.5, "x", true, null].map((value) => parameter.parse(value, "p"))).toEqual([5n, 5.5, "x", 1n, null]);
    expect(codeOf(() => parameter.parse([1], "p"))).toBe("PARAM_TYPE");
    expect(codeOf(() => parameter.parse({ value: 1 }, "p"))).toBe("PARAM_TYPE");
    expect(codeOf(() => parameter.parse({ type: "int4", vlaue: 1 }, "p"))).toBe("UNKNOWN_FIELD");
  });
});

describe("a column's value", () => {
  it("is JSON text where it is a list or an object, unless it is a typed value", () => {
    expect(columnValue.parse([1, 2], "c")).toBe("[1,2]");
    expect(columnValue.parse({ type: "circle", value: 2 }, "c")).toBe('{"type":"circle","value":2}');
    expect(columnValue.parse({ type: "text", value: "x", more: 1 }, "c")).toBe('{"type":"text","value":"x","more":1}');
    expect(columnValue.parse({ type: "bytea", value: "aGk=" }, "c")).toEqual(Buffer.from("aGk=", "base64"));
  });
});
