import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeExact, readExactJson, type Value, writeExactJson } from "../src/index.js";

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.string({ unit: "binary" }),
  fc.string().map((text) => `~${text}`),
  fc.uint8Array({ maxLength: 40 }),
);
const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "~i5", ""));
const message = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    value,
    fc.boolean(),
    fc.array(tie("any"), { maxLength: 5 }),
    fc.array(fc.tuple(name, tie("any")), { maxLength: 5 }).map((fields) => Object.fromEntries(fields)),
  ),
})).any;

describe("exact JSON", () => {
  it("gives back every value as it was", () => {
    fc.assert(
      fc.property(message, (given) => {
        const text = writeExactJson(given);
        expect(text).not.toContain("\n");
        expect(readExactJson(text)).toEqual(given);
        // -0 and 0 are equal to toEqual only where both are what they seem.
        expect(writeExactJson(readExactJson(text))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is written by hand as JSON.stringify writes it", () => {
    const lists = fc.array(value, { maxLength: 40 });
    const holed = fc.record({ a: message, b: fc.constant(undefined), c: lists, d: fc.constant([undefined, 1]) });
    fc.assert(
      fc.property(fc.oneof(message, lists, holed), (given) => {
        expect(writeExactJson(given)).toBe(JSON.stringify(encodeExact(given)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("tells apart what looks alike", () => {
    const alike: Value[] = [
      5n,
      5,
      "5",
      "~i5",
      new Uint8Array([53]),
      "NQ==",
      -0,
      0,
      0n,
      Number.POSITIVE_INFINITY,
      "Infinity",
    ];
    const read = readExactJson(writeExactJson(alike)) as Value[];
    expect(read).toStrictEqual(alike);
    expect(Object.is(read[6], -0)).toBe(true);
  });

  it("leaves out what is undefined, and refuses what it can't carry", () => {
    expect(writeExactJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(() => writeExactJson({ a: () => 1 })).toThrow(TypeError);
    expect(() => readExactJson('["~q1"]')).toThrow("~q1");
  });
});
