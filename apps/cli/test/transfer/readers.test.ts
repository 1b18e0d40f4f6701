import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatementSplitter } from "../../src/input/statement-splitter.js";
import { statementsOf } from "../../src/input/statements.js";
import { CsvParser, type CsvRecords } from "../../src/transfer/read/csv-parser.js";
import { JsonElements } from "../../src/transfer/read/json-elements.js";
import { csvText } from "../../src/transfer/values/csv-text.js";

/** A text in parts that end anywhere. */
const inParts = <T>(text: fc.Arbitrary<T>) =>
  fc.tuple(text, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 }));
function* partsOf(text: string, sizes: readonly number[]): Generator<string> {
  for (let at = 0, index = 0; at < text.length; index++) {
    const size = sizes[index % sizes.length]!;
    yield text.slice(at, at + size);
    at += size;
  }
}

describe("CSV", () => {
  const read = async (parts: Iterable<Uint8Array>, nullText = "") => {
    const parser = new CsvParser({ delimiter: ",", quote: '"', nullText });
    for (const part of parts) parser.write(part);
    parser.end();
    const all: CsvRecords[] = [];
    for await (const part of parser) all.push(part);
    const failure = all.find((part) => part.failure)?.failure;
    return { records: all.flatMap(({ records }) => records), lines: all.flatMap(({ lines }) => lines), failure };
  };
  const text = (csv: string) => [Buffer.from(csv)];

  it("tells NULL from an empty text, and gives the line on which a record begins", async () => {
    expect(await read(text('\ufeffa,b\n,""\n"x\n\ny","z"\n1,2'))).toEqual({
      records: [
        ["a", "b"],
        [null, ""],
        ["x\n\ny", "z"],
        ["1", "2"],
      ],
      lines: [1, 2, 3, 6],
      failure: undefined,
    });
    expect((await read(text('\\N,"\\N",\n'), "\\N")).records).toEqual([[null, "\\N", ""]]);
  });

  it("reads another quote, which is doubled in a field like the usual one", async () => {
    const parser = new CsvParser({ delimiter: ",", quote: "'", nullText: "" });
    // The last line is without an end, so it is read by csv-parse.
    for (const part of ["a,b\n'it''s \"x\"',1\n", "'it''s \"y\"',2"]) parser.write(Buffer.from(part));
    parser.end();
    const records: unknown[] = [];
    for await (const part of parser) records.push(...(part as CsvRecords).records);
    expect(records).toEqual([
      ["a", "b"],
      ['it\'s "x"', "1"],
      ['it\'s "y"', "2"],
    ]);
  });

  it("keeps the records before a mistake", async () => {
    const broken = await read(text('a,b\n1,2\n"x"y,3\n4,5\n'));
    expect([broken.records.length, broken.failure?.place]).toEqual([2, 3]);
    const open = await read(text('a,b\n1,2\n3,"x\n4,5\n'));
    expect([open.records.length, open.failure?.message]).toEqual([2, expect.stringContaining("never closed")]);
    const latin = await read([Buffer.from("a,b\n1,2\n3,4\né,1\n", "latin1")]);
    expect([latin.records.length, latin.failure?.message]).toEqual([2, expect.stringContaining("not UTF-8")]);
    const mac = await read([Buffer.from("a,b\r1,2\r"), Buffer.from("é,1\r3,4\r", "latin1")]);
    expect([mac.records.length, mac.failure?.message]).toEqual([1, expect.stringContaining("not UTF-8")]);
    const cut = await read([Buffer.from("é,1\n").subarray(0, 1)]);
    expect(cut.failure?.message).toContain("not UTF-8");
  });

  it("reads records as csv-parse does, with quotes and without, in any parts", async () => {
    const piece = fc.constantFrom(
      "a",
      "bc",
      "é",
      "𝛼",
      ",",
      ",",
      "\n",
      "\n",
      "\r\n",
      "\r",
      "\ufeff",
      " ",
      '\n"q",1\n',
      '"x\ny"',
      ',"a"",""b",',
      '""',
      '"',
    );
    const csv = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(inParts(csv), async ([given, sizes]) => {
        const bytes = Buffer.from(given);
        const parts: Uint8Array[] = [];
        for (let at = 0, index = 0; at < bytes.length; at += sizes[index++ % sizes.length]!) {
          parts.push(bytes.subarray(at, at + sizes[index % sizes.length]!));
        }
        const found = await read(parts, "\\N");
        const options = { bom: true, relax_column_count: true, info: true } as const;
        let wanted: { records: string[][]; lines: number[] } | null = null;
        try {
          const all = parse(bytes, options) as unknown as { record: string[]; info: { lines: number } }[];
          const ends = [0, ...all.map(({ info }) => info.lines)];
          wanted = { records: all.map(({ record }) => record), lines: all.map((_, i) => ends[i]! + 1) };
        } catch {
          failures++;
        }
        if (wanted === null) expect(found.failure).toBeDefined();
        else {
          expect([found.records, found.failure]).toEqual([wanted.records, undefined]);
          // Of mixed ends of lines, csv-parse counts some twice.
          if (!given.includes("\r")) expect(found.lines).toEqual(wanted.lines);
        }
      }),
      { numRuns: 3000 },
    );
    expect(failures).toBeGreaterThan(100);
  });

  it.each(["", "\\N"])("reads what it writes, in any parts, with NULL as %j", async (nullText) => {
    const field = fc.oneof(
      fc.constantFrom(null, "", "\\N", '"', "\n", "\r\n", ",", "é\u0000"),
      fc.string({ unit: "binary" }),
    );
    const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(inParts(rows), async ([given, sizes]) => {
        // The first line decides how lines end.
        const records = [["a", "b"], ...given];
        const bytes = Buffer.from(csvText({ nullText })(records));
        const parts: Uint8Array[] = [];
        for (let at = 0, index = 0; at < bytes.length; at += sizes[index++ % sizes.length]!) {
          parts.push(bytes.subarray(at, at + sizes[index % sizes.length]!));
        }
        expect((await read(parts, nullText)).records).toEqual(records);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a JSON list", () => {
  const elements = (parts: Iterable<string>) => {
    const list = new JsonElements();
    const found = [...parts].flatMap((part) => list.add(part));
    list.finish();
    return found;
  };

  it("is cut into its elements, in any parts", () => {
    fc.assert(
      fc.property(inParts(fc.array(fc.jsonValue(), { maxLength: 8 })), ([values, sizes]) => {
        const found = elements(partsOf(JSON.stringify(values, null, 1), sizes));
        expect(found.map(({ text }) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)));
      }),
      { numRuns: 300 },
    );
    expect(elements(['[\n{"a": 1},\n\n{"b":\n 2}]\n']).map(({ line }) => line)).toEqual([2, 4]);
  });

  it.each(["", "{}", "[1", "[1,]", "[1] 2", '["a]', "[,1]"])("%j is none", (text) => {
    expect(() => elements([text])).toThrow(SyntaxError);
  });
});

describe("a script", () => {
  it("is split in the same way, in any parts", () => {
    const piece = fc.constantFrom(
      "a",
      " ",
      ";",
      "'",
      "''",
      '"',
      "--",
      "/*",
      "*/",
      "\n",
      "[",
      "]",
      "`",
      "-",
      "/",
      "*",
      "CREATE TRIGGER ",
      "END",
    );
    fc.assert(
      fc.property(inParts(fc.array(piece, { maxLength: 30 })), ([pieces, sizes]) => {
        const sql = pieces.join("");
        const splitter = new StatementSplitter();
        const found = [...partsOf(sql, sizes)].flatMap((part) => splitter.add(part)).concat(splitter.finish());
        expect(found.map((statement) => statement.sql)).toEqual(statementsOf(sql));
      }),
      { numRuns: 500 },
    );
  });

  it("has the lines on which its statements begin", () => {
    const splitter = new StatementSplitter();
    const found = [...splitter.add("a;\n-- ;\n\nb\n'x\n;y';\n"), ...splitter.add("/* \n */ c"), ...splitter.finish()];
    expect(found.map(({ line }) => line)).toEqual([1, 4, 8]);
  });
});
