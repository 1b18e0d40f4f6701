import { pipeline, Readable } from "node:stream";
import { UsageError } from "../../errors/exit-codes.js";
import { csvText } from "../values/csv-text.js";
import type { Bytes } from "./bytes.js";
import type { CsvFormat, Field } from "./csv-format.js";
import { CsvParser, type CsvRecords } from "./csv-parser.js";
import { peek, type Rows, type Source } from "./source.js";

export interface CsvOptions extends CsvFormat {
  /** The first record has the names of the columns. */
  readonly header: boolean;
  /** Names in place of the file's. */
  readonly columns: readonly string[] | null;
}

export interface Sampled {
  readonly source: Source;
  /** The first rows, to guess types from. */
  readonly sample: readonly (readonly unknown[])[];
}

export async function openCsv(bytes: Bytes, options: CsvOptions): Promise<Sampled> {
  const parser = new CsvParser(options);
  // Its iterator throws an error of either.
  pipeline(Readable.from(bytes.parts, { highWaterMark: 1 }), parser, () => {});
  const parts = parser[Symbol.asyncIterator]() as AsyncIterator<CsvRecords>;
  const { first, again } = await peek(parts, ({ records }) => records.length);
  const columns = columnsOf(bytes.name, first, options);
  const text = csvText(options);
  const source: Source = {
    values: "texts",
    unit: "line",
    size: bytes.size,
    columns,
    isNamed: options.header || options.columns !== null,
    types: new Map(),
    rows: () => rowsOf(again(), columns.length, options.header),
    badLines: {
      head: options.header ? text([columns]) : "",
      line: (values) => text([values]),
    },
  };
  const whole = first.flatMap(({ records }) => records).slice(options.header ? 1 : 0);
  return { source, sample: whole.filter((record) => record.length === columns.length) };
}

function columnsOf(name: string, first: readonly CsvRecords[], { header, columns }: CsvOptions): readonly string[] {
  const record = first.flatMap(({ records }) => records)[0];
  if (!record) {
    const failure = first.find((part) => part.failure)?.failure;
    if (failure) throw new UsageError(`${name}, line ${failure.place}: ${failure.message}`);
    if (columns && !header) return columns;
    throw new UsageError(`${name} is empty. Expected ${header ? "a line with the names of the columns" : "rows"}.`);
  }
  if (columns && columns.length !== record.length) {
    throw new UsageError(`--columns has ${columns.length} names, and ${name} has ${record.length} columns.`);
  }
  if (columns) return columns;
  if (!header) return record.map((_, index) => `column${index + 1}`);
  const unnamed = record.findIndex((field) => field === null || field.trim() === "");
  if (unnamed >= 0) {
    const advice = "Give all names with --columns, or say --no-header if the first line is a row.";
    throw new UsageError(`Column ${unnamed + 1} of ${name} has no name. ${advice}`);
  }
  return record.map((field) => field!.trim());
}

async function* rowsOf(parts: AsyncIterable<CsvRecords>, width: number, header: boolean): AsyncGenerator<Rows> {
  let isHeader = header;
  for await (const { records, lines, read, failure } of parts) {
    const from = isHeader && records.length > 0 ? 1 : 0;
    if (from === 1) isHeader = false;
    yield { ...wholeRows(records, lines, from, width), read, failure };
    if (failure) return;
  }
}

/** Leaves out empty lines, and marks rows with too many or too few fields. */
function wholeRows(records: CsvRecords["records"], lines: readonly number[], from: number, width: number) {
  if (from === 0 && records.every((record) => record.length === width)) {
    return { values: records, places: lines, problems: new Map<number, string>() };
  }
  const values: (readonly Field[])[] = [];
  const places: number[] = [];
  const problems = new Map<number, string>();
  for (let index = from; index < records.length; index++) {
    const record = records[index]!;
    const isEmpty = record.length === 1 && !record[0] && width > 1;
    if (isEmpty) continue;
    if (record.length !== width) problems.set(values.length, `expected ${width} fields, got ${record.length}`);
    values.push(record);
    places.push(lines[index]!);
  }
  return { values, places, problems };
}
