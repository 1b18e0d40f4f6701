import { expect, it } from "vitest";
import { JsonText, stringifyBody } from "../../src/http/response/json-text.js";

it("puts each text at its place, as it is", () => {
  const [first, second] = ['[{"a":"$& \\u2028"}]', "[]"];
  const body = { columns: ["a"], rows: new JsonText(first!), inner: { rows: new JsonText(second!), n: 1 }, last: "x" };
  expect(stringifyBody(body)).toBe(`{"columns":["a"],"rows":${first},"inner":{"rows":${second},"n":1},"last":"x"}`);
});

it("begins afresh after a body that can't be written", () => {
  expect(() => stringifyBody({ rows: new JsonText("[1]"), n: 1n })).toThrow(TypeError);
  expect(stringifyBody({ rows: new JsonText("[2]") })).toBe('{"rows":[2]}');
  expect(stringifyBody({ n: 1 })).toBe('{"n":1}');
});
