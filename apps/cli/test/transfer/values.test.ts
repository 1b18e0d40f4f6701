import { describe, expect, it, vi } from "vitest";
import { UsageError } from "../../src/errors/exit-codes.js";
import { encoderFor } from "../../src/transfer/import/encoder.js";
import { Position } from "../../src/transfer/import/position.js";
import { ProgressLine, progressText } from "../../src/transfer/import/progress-line.js";
import { passedRows } from "../../src/transfer/import/sink.js";
import { formatOf, IMPORT_FORMATS } from "../../src/transfer/read/formats.js";
import { guessTable } from "../../src/transfer/table/guess.js";
import { matchColumns } from "../../src/transfer/table/match.js";
import { createStatement, type Table, withKey } from "../../src/transfer/table/target.js";
import { Real } from "../../src/transfer/values/exact.js";
import { exactJsonText, parseExact } from "../../src/transfer/values/exact-json.js";
import { jsonText } from "../../src/transfer/values/json-text.js";
import { typedValue } from "../../src/transfer/values/typed-value.js";

const NO_TYPES = new Map<string, string>();
const column = (name: string, type: string, more = {}) => ({
  name,
  type,
  key: false,
  required: false,
  generated: false,
  ...more,
});

describe("types are guessed", () => {
  it.each([
    ["INTEGER", ["1", "-5", "9223372036854775807", null]],
    ["TEXT", ["9223372036854775808"]],
    ["TEXT", ["007", "12"]],
    ["TEXT", ["+1", "2"]],
    ["REAL", ["1", "2.50", "1e3", "0.30000000000000004"]],
    ["TEXT", ["1.2345678901234567890"]],
    ["BOOLEAN", ["true", "False"]],
    ["INTEGER", ["0", "1"]],
    ["DATE", ["2025-12-01"]],
    ["TEXT", ["2025-13-01"]],
    ["TIMESTAMP", ["2025-12-01T08:00:00Z", "2025-12-01 08:00"]],
    ["BLOB", ["\\x00ff"]],
    ["TEXT", [null, null]],
    ["TEXT", [""]],
    ["INTEGER", [1, 2n ** 60n]],
    ["REAL", [1, new Real(2)]],
    ["BOOLEAN", [true]],
    ["JSON", [{ a: 1 }, [1]]],
    ["", [1, "x"]],
  ])("%s of %s", (type, values) => {
    const rows = values.map((value) => [value]);
    expect(guessTable("t", ["c"], rows, NO_TYPES).columns[0]!.type).toBe(type);
  });

  it("a given type wins, and a key is part of the statement", () => {
    const guessed = guessTable("a b", ["id", "zip", 'q"'], [["1", "1", "1"]], new Map([["zip", "TEXT"]]));
    expect(createStatement(withKey(guessed, ["ID"]))).toBe(
      'CREATE TABLE "a b" (\n  "id" INTEGER PRIMARY KEY,\n  "zip" TEXT,\n  "q""" INTEGER\n)',
    );
    expect(createStatement(withKey(guessed, ["zip"]))).toContain('"zip" TEXT NOT NULL,');
    expect(createStatement(withKey(guessed, ["id", "zip"]))).toContain('PRIMARY KEY ("id", "zip")');
    expect(() => withKey(guessed, ["no"])).toThrow('no column "no". Expected one of id, zip');
  });
});

describe("columns", () => {
  const table: Table = {
    name: "t",
    columns: [
      column("id", "INTEGER", { key: true }),
      column("Name", "TEXT", { required: true }),
      column("g", "", { generated: true }),
    ],
  };

  it("match by name in either case", () => {
    expect(
      matchColumns("f", { columns: ["name", "ID"], isNamed: true }, table, "update").map(({ name }) => name),
    ).toEqual(["Name", "id"]);
  });

  it.each([
    [["id", "fullname"], "error", "lacks: fullname. The file has: id, fullname. The table has: id, Name, g."],
    [["id"], "error", 'lacks columns that table "t" needs in each row: Name. The file has: id.'],
    [["Name", "g"], "error", "generated"],
    [["Name", "name"], "error", "two columns"],
    [["Name"], "update", "whole primary key, and f lacks id"],
  ] as const)("%j with %s is refused", (names, onConflict, message) => {
    expect(() => matchColumns("f", { columns: names, isNamed: true }, table, onConflict)).toThrow(message);
  });
});

describe("values of a CSV file", () => {
  const encode = (type: string, text: string | null) => {
    const encoder = encoderFor([column("c", type)], "texts");
    return [encoder.encode([text]), encoder.tagged.size];
  };

  it.each([
    ["INTEGER", "12", "['12']", 0],
    ["INTEGER", " +12 ", "['+12']", 0],
    ["INTEGER", "-9223372036854775808", "['-9223372036854775808']", 0],
    ["BIGINT", "9007199254740993", "['9007199254740993']", 0],
    ["REAL", " 2", "['2']", 0],
    ["REAL", "-Infinity", '[["r","-9e999"]]', 1],
    ["REAL", "1e999", "['1e999']", 0],
    ["BOOLEAN", "T", "[true]", 0],
    ["BLOB", "\\x00FF", '[["b","00ff"]]', 1],
    ["TEXT", "12", "['12']", 0],
    ["NUMERIC", "12", "['12']", 0],
    ["", "12", "['12']", 0],
    ["INTEGER", null, "[null]", 0],
    ["TEXT", "é 😀 [a],{b}", "['é 😀 [a],{b}']", 0],
    ["TEXT", "it's", '["it\'s"]', 0],
    ["TEXT", 'a "b" \\ \n', '["a \\"b\\" \\\\ \\n"]', 0],
  ])("%s %j is sent as %s", (type, text, sent, tagged) => {
    expect(encode(type, text)).toEqual([sent, tagged]);
  });

  it.each([
    ["INTEGER", "9223372036854775808"],
    ["INTEGER", "1.5"],
    ["INTEGER", ""],
    ["REAL", "1,5"],
    ["BOOLEAN", "yes"],
    ["BLOB", "\\x0"],
  ])("%s %j does not fit", (type, text) => {
    expect(encode(type, text)[0]).toEqual({ problem: expect.stringContaining(`column "c" (${type}): expected`) });
  });

  it("of other files keep their types", () => {
    const encoder = encoderFor([column("a", ""), column("b", "REAL")], "typed");
    expect(encoder.encode([new Real(5), new Real(5)])).toBe('[["r","5.0"],5]');
    expect(encoder.encode([{ n: 1 }, "x"])).toBe('["{\\"n\\":1}","x"]');
    expect(encoder.encode(["\ud800", 1])).toEqual({ problem: expect.stringContaining("Unicode") });
    expect(encoder.encode(["😀", 1])).toBe('["😀",1]');
  });
});

describe("JSON", () => {
  it("keeps long integers, reals and what is within", () => {
    const text = '{"a":9007199254740993,"b":5.0,"c":"9007199254740993","d":[9007199254740993,1.0],"e":1.5}';
    const value = parseExact(text) as Record<string, unknown>;
    expect(value).toMatchObject({ a: 9007199254740993n, b: new Real(5), c: "9007199254740993", e: 1.5 });
    expect(exactJsonText(value.d)).toBe("[9007199254740993,1.0]");
    expect(() => parseExact('{"a":9223372036854775808}')).toThrow("more than 64 bits");
  });

  it("has typed values as the API does, and writes them so", () => {
    for (const value of [Buffer.from([0, 255]), Infinity, -Infinity, 2n ** 62n, new Real(3), 1.5, null, true, 'a"']) {
      const [read] = parseExact(`[${jsonText(value)}]`) as unknown[];
      expect(typedValue(read)).toEqual(value);
    }
    expect(typedValue({ type: "circle", value: 1 })).toEqual({ type: "circle", value: 1 });
    expect(typedValue({ type: "bytea", value: "?" })).toEqual({ type: "bytea", value: "?" });
  });
});

it("a position doesn't depend on batches", () => {
  const whole = Position.start.after(3, "[1],[2],[3]");
  const parts = Position.start.after(1, "[1]").after(2, "[2],[3]");
  expect([parts.rows, parts.digest]).toEqual([whole.rows, whole.digest]);
  expect(Position.start.after(3, "[1],[2],[4]").digest).not.toBe(whole.digest);
});

it("a commit of an import is known by its message", () => {
  expect(passedRows("Import a.csv, rows 1-20 (import 0af3)", "0af3")).toBe(20);
  expect(passedRows("Import a.csv, rows 1-20 (import 0af3)", "0af4")).toBeNull();
  expect(passedRows(null, "0af3")).toBeNull();
});

it("progress has the rate, the share and the time left", () => {
  expect(progressText("a.csv", { now: 50_000, all: 150_000 }, 25, 100, 2)).toBe(
    "a.csv: 150,000 rows, 25,000/s, 25%, 6 s left",
  );
  expect(progressText("stdin", { now: 10, all: 10 }, 25, null, 0)).toBe("stdin: 10 rows, 10,000/s");
  expect(progressText("a.csv", { now: 1, all: 1 }, 1, 10_000, 1)).toContain("0%, 2 h 46 min left");
});

it("progress is written only to a terminal, and is gone at the end", () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  try {
    for (const isTerminal of [false, true]) {
      const line = new ProgressLine("a.csv", 100, isTerminal);
      vi.spyOn(performance, "now").mockReturnValue(1e9);
      line.show({ now: 5, all: 5 }, 50);
      line.show({ now: 6, all: 6 }, 60);
      line.end();
      line.end();
      vi.mocked(performance.now).mockRestore();
    }
  } finally {
    write.mockRestore();
  }
  expect(written).toEqual([expect.stringContaining("\r\x1b[Ka.csv: 5 rows, "), "\r\x1b[K"]);
});

it("the format is that of the extension, unless one is given", () => {
  expect(formatOf(IMPORT_FORMATS, undefined, "A.JSONL")).toBe("ndjson");
  expect(formatOf(IMPORT_FORMATS, "tsv", "a.csv")).toBe("tsv");
  expect(() => formatOf(IMPORT_FORMATS, undefined, "-")).toThrow(UsageError);
  expect(() => formatOf(IMPORT_FORMATS, undefined, "a.md")).toThrow("none of the known extensions");
});
