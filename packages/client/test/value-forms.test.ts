import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../src/arguments/base64.js";
import { HeliosDBClient, type ValueForms } from "../src/index.js";
import { rowDecoder } from "../src/results/decode-rows.js";
import { ScriptedServer } from "./support/scripted-server.js";

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

const COLUMNS = ["id", "n", "photo", "name", "__proto__"];
const TYPES = ["int4", "int8", "bytea", "text", "int8"];
/** As JSON.parse makes it, with a property `__proto__`. */
const row = () => JSON.parse('{"id":1,"n":"9007199254740993","photo":"AQI=","name":"9007199254740993","__proto__":7}');
const SET = { columns: COLUMNS, column_types: TYPES };
const QUERY = { ...SET, row_count: 1, execution_time_ms: 1, truncated: false, scn: 1 };
const BIG = { integers: "bigint", blobs: "bytes" } as const;
const WANTED = [1n, 9007199254740993n, new Uint8Array([1, 2]), "9007199254740993", 7n];
const valuesOf = (one: unknown) => COLUMNS.map((name) => Object.getOwnPropertyDescriptor(one, name)?.value);

describe("rows in the forms that a client asks for", () => {
  it("come from queries, tables and RETURNING", async () => {
    const statement = {
      statement_type: "INSERT",
      affected_rows: 1,
      ...SET,
      rows: [row()],
      row_count: 1,
      truncated: false,
    };
    server.answers(
      { body: { ...QUERY, rows: [row()] } },
      { body: { ...SET, rows: [row()], limit: 1, has_more: false, next_cursor: null, scn: 1 } },
      { body: { ...statement, execution_time_ms: 1, message: "", scn: 1 } },
      { body: { results: [statement], execution_time_ms: 1, message: "", scn: 1 } },
    );
    const client = server.client(BIG);
    expect(valuesOf((await client.sql.query("SELECT 1")).rows[0])).toEqual(WANTED);
    expect(valuesOf((await client.data.query("main", "t")).rows[0])).toEqual(WANTED);
    expect(valuesOf((await client.sql.execute("INSERT")).returning?.rows[0])).toEqual(WANTED);
    expect(valuesOf((await client.sql.batch(["INSERT"])).results[0]?.returning?.rows[0])).toEqual(WANTED);
  });

  it("stay as in the JSON by default", async () => {
    server.answers({ body: { ...QUERY, rows: [row()] } });
    const { rows } = await server.client().sql.query("SELECT 1");
    expect(valuesOf(rows[0])).toEqual([1, "9007199254740993", "AQI=", "9007199254740993", 7]);
  });

  it("are refused where a number would not be exact", async () => {
    server.answers({ body: { ...QUERY, rows: [row()] } });
    const query = server.client({ integers: "number" }).sql.query("SELECT 1");
    await expect(query).rejects.toThrow(
      new RangeError(
        'The integer 9007199254740993 is beyond 2^53 − 1. Make the client with integers: "bigint" or "string" to read it.',
      ),
    );
  });

  it("have words that are checked where the client is made", () => {
    const make = (forms: object) => new HeliosDBClient({ baseUrl: "http://localhost", ...forms });
    expect(() => make({ integers: "int" })).toThrow('Invalid integers "int". Expected one of number, bigint, string.');
    expect(() => make({ blobs: "hex" })).toThrow('Invalid blobs "hex". Expected one of base64, bytes.');
  });
});

function decoded(type: string, cell: unknown, forms: ValueForms): unknown {
  const one = { a: cell };
  rowDecoder(["a"], [type], forms)?.(one);
  return one.a;
}

describe("any value", () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const cellOf = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));

  it("of 64 bits is exact as a bigint and as a text", () => {
    fc.assert(
      fc.property(fc.oneof(int64, fc.bigInt({ min: -9n, max: 9n })), (value) => {
        expect(decoded("int8", cellOf(value), { integers: "bigint" })).toBe(value);
        expect(decoded("int8", cellOf(value), { integers: "string" })).toBe(String(value));
      }),
    );
  });

  it("of bytes comes back from base64", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64(bytes)).toBe(btoa(String.fromCharCode(...bytes)));
        expect(decoded("bytea", toBase64(bytes), { blobs: "bytes" })).toEqual(bytes);
      }),
    );
    const large = new Uint8Array(100_000).fill(7);
    expect(fromBase64(toBase64(large))).toEqual(large);
  });

  it.each([1.5, "abc", "9223372036854775808", "0123456789012345678", null, true])(
    "that is no integer of 64 bits stays: %o",
    (cell) => {
      for (const integers of ["number", "bigint", "string"] as const) {
        expect(decoded("int8", cell, { integers })).toBe(cell);
      }
    },
  );

  it("that is no base64 stays", () => {
    for (const text of ["abc", "a===", "AQI=\n", "no bytes"])
      expect(decoded("bytea", text, { blobs: "bytes" })).toBe(text);
  });
});
