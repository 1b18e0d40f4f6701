import { describe, expect, it } from "vitest";
import { ApiError } from "../../dist/errors/api-error.js";
import {
  boolean,
  booleanParameter,
  integer,
  integerParameter,
  listOf,
  objectOf,
  optional,
  recordOf,
  text,
  withDefault,
  word,
} from "../../dist/schema/index.js";

function failure(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("nothing was refused");
}

const shape = objectOf(
  {
    name: text({ minLength: 1 }),
    parent: optional(text()),
    count: withDefault(integer({ minimum: 1, maximum: 9 }), 3),
    options: optional(objectOf({ read_only: withDefault(boolean(), false) })),
  },
  { aliases: { source_branch: "parent" }, hints: { from: "parent" } },
);

describe("an object", () => {
  it("takes its fields, fills in defaults, and knows a field by its other name", () => {
    expect(shape.parse({ name: "a", source_branch: "main" }, "")).toEqual({ name: "a", parent: "main", count: 3 });
  });

  it("takes null for an absent optional field", () => {
    expect(shape.parse({ name: "a", parent: null }, "")).toEqual({ name: "a", count: 3 });
  });

  it.each([
    [{ name: "a", cuont: 1 }, "UNKNOWN_FIELD", "Unknown field 'cuont'. Did you mean 'count'?"],
    [{ name: "a", sourceBranch: "x" }, "UNKNOWN_FIELD", "Did you mean 'source_branch'?"],
    [{ name: "a", from: "x" }, "UNKNOWN_FIELD", "Did you mean 'parent'?"],
    [{ name: "a", zzzzzz: 1 }, "UNKNOWN_FIELD", "Expected name, parent, count, options, source_branch"],
    [{ name: "a", options: { readonly: true } }, "UNKNOWN_FIELD", "'options.readonly'. Did you mean 'read_only'?"],
    [{ name: "a", parent: "x", source_branch: "x" }, "FIELD_CONFLICT", "Send one of them"],
    [{ name: "a", __proto__x: 1 }, "UNKNOWN_FIELD", "__proto__x"],
    [JSON.parse('{"name":"a","__proto__":{"count":1}}'), "UNKNOWN_FIELD", "__proto__"],
    [{ name: "a", constructor: 1 }, "UNKNOWN_FIELD", "constructor"],
    [{}, "INVALID_FIELD", "'name' is required"],
    [{ name: null }, "INVALID_FIELD", "'name' must be a string, got null"],
    [{ name: 5 }, "INVALID_FIELD", "'name' must be a string, got an integer"],
    [{ name: "" }, "INVALID_FIELD", "'name' must not be empty"],
    [{ name: "a", count: 1.5 }, "INVALID_FIELD", "'count' must be an integer, got a number"],
    [{ name: "a", count: 10 }, "INVALID_FIELD", "'count' must be at most 9"],
    [[], "INVALID_FIELD", "The body must be an object, got a list"],
    [null, "INVALID_FIELD", "The body must be an object, got null"],
  ])("refuses %j", (body, code, message) => {
    const error = failure(() => shape.parse(body, ""));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it("shows in its schema what it takes, and requires neither of two names", () => {
    expect(shape.json).toMatchObject({
      type: "object",
      additionalProperties: false,
      required: ["name"],
      properties: { count: { type: "integer", minimum: 1, maximum: 9, default: 3 }, source_branch: { type: "string" } },
    });
  });
});

describe("lists, records and words", () => {
  it("names the place of what is wrong", () => {
    const rows = objectOf({ rows: listOf(recordOf(integer()), { minItems: 1 }) });
    expect(failure(() => rows.parse({ rows: [{ a: 1 }, { a: "x" }] }, "")).message).toContain("'rows[1].a'");
    expect(failure(() => rows.parse({ rows: [] }, "")).message).toBe("'rows' must not be empty.");
    expect(failure(() => word(["a", "b"]).parse("c", "mode")).message).toBe("'mode' must be one of a, b.");
  });

  it("keeps a column called __proto__ a name like any other", () => {
    const parsed = recordOf(integer()).parse(JSON.parse('{"__proto__": 1}'), "");
    expect(Object.keys(parsed)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("parameters of a URL", () => {
  it("reads integers and booleans from text", () => {
    expect(integerParameter({ minimum: 1, maximum: 10 }).parse("7", "page")).toBe(7);
    expect(booleanParameter().parse("true", "x")).toBe(true);
    for (const bad of ["", "1.5", "x", "0x1", "99999999999999999999", "0", "11"]) {
      expect(failure(() => integerParameter({ minimum: 1, maximum: 10 }).parse(bad, "page")).code).toBe(
        "INVALID_FIELD",
      );
    }
    expect(failure(() => booleanParameter().parse("yes", "x")).code).toBe("INVALID_FIELD");
  });
});
