import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SqlText, sql } from "../src/index.js";

const shown = ({ sql: text, params }: SqlText) => ({ sql: text, params });

describe("the sql tag", () => {
  it("puts values beside the text, and pieces of SQL into it", () => {
    const name = "O'Brien; DROP TABLE users";
    const isOld = sql`age > ${40}`;
    expect(shown(sql`SELECT * FROM users WHERE name = ${name} AND (${isOld}) AND plan = ${null}`)).toEqual({
      sql: "SELECT * FROM users WHERE name = $1 AND (age > $2) AND plan = $3",
      params: [name, 40, null],
    });
    expect(shown(sql`SELECT 1`)).toEqual({ sql: "SELECT 1", params: [] });
  });

  it("quotes names, and makes lists", () => {
    const ids = [1n, "2", { type: "int8", value: "3" }] as const;
    expect(shown(sql`SELECT ${sql.name('a "b"')} FROM t WHERE id IN (${sql.list(ids)})`)).toEqual({
      sql: 'SELECT "a ""b""" FROM t WHERE id IN ($1, $2, $3)',
      params: ids,
    });
    const columns = ["id", "name"].map(sql.name);
    expect(shown(sql`SELECT ${sql.list(columns)} FROM t`)).toEqual({ sql: 'SELECT "id", "name" FROM t', params: [] });
  });

  it("refuses what can only be a mistake", () => {
    const missing = undefined as unknown as string;
    expect(() => sql`SELECT ${1}, ${missing}`).toThrow("Value 2 of the SQL is undefined");
    expect(() => sql.list([])).toThrow("at least one value");
    for (const name of ["", "a\0b"]) expect(() => sql.name(name)).toThrow("Invalid name");
  });

  it("numbers the values of any nest of pieces in the order of the text", () => {
    type Nest = number | readonly Nest[];
    const nests = fc.letrec<{ nest: Nest }>((tie) => ({
      nest: fc.oneof({ maxDepth: 4 }, fc.integer(), fc.array(tie("nest"), { minLength: 1, maxLength: 4 })),
    })).nest;
    const written = (nest: Nest): SqlText =>
      typeof nest === "number" ? sql`${nest}` : sql`(${sql.list(nest.map(written))})`;
    const numbers = (nest: Nest): number[] => (typeof nest === "number" ? [nest] : nest.flatMap(numbers));
    fc.assert(
      fc.property(nests, (nest) => {
        const { sql: text, params } = written(nest);
        const wanted = numbers(nest);
        expect(params).toEqual(wanted);
        expect(text.match(/\$\d+/g)).toEqual(wanted.map((_, i) => `$${i + 1}`));
      }),
    );
  });
});
