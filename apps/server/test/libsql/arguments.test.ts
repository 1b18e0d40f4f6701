import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pipelineResults } from "../support/hrana.js";
import { startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

const integer = (value: number) => ({ type: "integer", value: String(value) });

/** The integers of the row, or the code of the error. */
async function ask(sql: string, given: object): Promise<readonly number[] | string> {
  const [told] = await pipelineResults(server, [{ type: "execute", stmt: { sql, ...given } }, { type: "close" }]);
  return told!.error?.code ?? told!.response!.result!.rows![0]!.map(({ value }) => Number(value));
}

/** The places of a statement's placeholders in SQLite itself: its program says where each value comes from. */
function placesBySqlite(sql: string): readonly number[] {
  const db = new Database(":memory:");
  try {
    const statement = db.prepare(`EXPLAIN ${sql}`);
    const named = Object.fromEntries(["1", "2", "3", "5", "a", "b", "é"].map((name) => [name, null]));
    // Numbers that are left out are placeholders without a name, too.
    for (let unnamed = 0; unnamed < 20; unnamed++) {
      try {
        const program = statement.all(new Array(unnamed).fill(null), named) as { opcode: string; p1: number }[];
        return program.filter(({ opcode }) => opcode === "Variable").map(({ p1 }) => p1);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    throw new Error(`can't be bound: ${sql}`);
  } finally {
    db.close();
  }
}

const placeholder = fc.constantFrom("?", "?", "?1", "?2", "?3", "?5", ":a", "@a", "$a", ":b", "$1", "$2", ":é");

it("values in order are for the places that SQLite gives to placeholders", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(placeholder, { minLength: 1, maxLength: 6 }), async (placeholders) => {
      const sql = `SELECT ${placeholders.join(", ")}`;
      const places = placesBySqlite(sql);
      const args = Array.from({ length: Math.max(...places) }, (_, i) => integer(100 + i + 1));
      expect(await ask(sql, { args }), sql).toEqual(places.map((place) => 100 + place));
      expect(await ask(sql, { args: [...args, integer(0)] }), sql).toBe("ARGS_INVALID");
      expect(await ask(sql, { args: args.slice(1) }), sql).toBe("ARGS_INVALID");
    }),
    { numRuns: 60, seed: 20_261_128 },
  );
});

it("values by name are for all placeholders of the name, and for no others", async () => {
  const named_args = [
    { name: "a", value: integer(1) },
    { name: "@b", value: integer(2) },
  ];
  expect(await ask("SELECT :a, $a, @b, :a", { named_args })).toEqual([1, 1, 2, 1]);
  for (const sql of ["SELECT :a", "SELECT :a, :b, :c", "SELECT :a, :b, ?", "SELECT :a, :b, ?4"]) {
    expect(await ask(sql, { named_args }), sql).toBe("ARGS_INVALID");
  }
});

it("places that SQLite has not are refused, and take no memory", async () => {
  for (const sql of ["SELECT ?0", "SELECT ?32767", "SELECT ?4000000000, :a"]) {
    for (const given of [{ args: [] }, { args: [integer(1)] }, { named_args: [{ name: "a", value: integer(1) }] }]) {
      expect(await ask(sql, given), sql).toBe("SQL_PARSE_ERROR");
    }
  }
});
