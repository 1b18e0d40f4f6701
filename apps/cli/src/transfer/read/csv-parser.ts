import { isUtf8 } from "node:buffer";
import { type CsvError, type Options, Parser } from "csv-parse";
import { NOT_UTF8 } from "./bytes.js";
import type { CsvFormat, Field } from "./csv-format.js";
import { PlainLines, type PlainRecords } from "./plain-lines.js";
import type { Failure } from "./source.js";

/** The records of one part of the file. */
export interface CsvRecords {
  readonly records: readonly (readonly Field[])[];
  /** The line on which each record begins. */
  readonly lines: readonly number[];
  readonly read: number;
  readonly failure?: Failure;
}

/** A record that is longer can't be sent in one request. */
const LONGEST = 8 * 1024 * 1024;
const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/** The parts of csv-parse's parser that its types don't show. */
interface Internals {
  readonly __onField: (this: Internals) => Error | undefined;
  readonly state: {
    readonly wasQuoting: boolean;
    readonly record: Field[];
    recordDelimiterMaxLength: number;
    bomSkipped: boolean;
  };
  readonly options: { readonly record_delimiter: Buffer[] };
}

/**
 * csv-parse, from where the file is not written as usual, with three changes: it gives the records of each part at once, which
 * is faster; with the line on which each begins; and a field that is NULL as null. Only the option `cast` tells a quoted
 * field from an unquoted one, and with it parsing takes fifteen times as long, so the method that it is called from is
 * wrapped instead.
 */
export class CsvParser extends Parser {
  #records: Field[][] = [];
  #lines: number[] = [];
  #nextLine = 1;
  #read = 0;
  #failed = false;
  /** Lines before those that are parsed. */
  #before = 0;
  #isFlushing = false;
  /** Reads the file for as long as it can; null behind that. */
  #plain: PlainLines | null;
  /** The bytes after the last end of a line, which may end within a character. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(format: CsvFormat) {
    const { delimiter, quote, nullText } = format;
    const options: Options = {
      bom: true,
      delimiter,
      quote: quote ?? false,
      escape: quote,
      relax_column_count: true,
      max_record_size: LONGEST,
    };
    super({ ...options, readableHighWaterMark: 1 } as Options);
    this.#plain = new PlainLines(format, LONGEST);
    readNulls((this as unknown as { api: Internals }).api, nullText);
  }

  override push(record: Field[] | null): boolean {
    // Of an empty file, the end comes here before the part with its records.
    if (record === null) return this.#isFlushing || super.push(null);
    this.#records.push(record);
    this.#lines.push(this.#nextLine);
    this.#nextLine = this.#before + this.info.lines + 1;
    return true;
  }

  override _transform(bytes: Buffer, encoding: BufferEncoding, done: () => void): void {
    const plain = this.#plain?.take(bytes);
    if (plain) this.#endPlain(plain, bytes.length, done);
    else this.#parse(this.#leavePlain(bytes), bytes.length, encoding, done);
  }

  /** `length`: the bytes of the file that come with it. */
  #parse(bytes: Buffer, length: number, encoding: BufferEncoding, done: () => void): void {
    if (this.#failed) done();
    else if (!this.#isUtf8(bytes)) super._transform(validLines(bytes), encoding, () => this.#endOfText(done));
    else super._transform(bytes, encoding, (error) => this.#end(length, this.#failureOf(error), done));
  }

  #endPlain({ records, lines }: PlainRecords, length: number, done: () => void): void {
    this.#read += length;
    super.push({ records, lines, read: this.#read } satisfies CsvRecords);
    done();
  }

  /** From here on everything is parsed. Returns what is to be parsed first. */
  #leavePlain(bytes: Buffer): Buffer {
    if (this.#plain === null) return bytes;
    const { rest, count, lineEnd } = this.#plain;
    if (count > 0) goOn((this as unknown as { api: Internals }).api, lineEnd!);
    this.#plain = null;
    this.#before = count;
    this.#nextLine = count + 1;
    return rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
  }

  override _flush(done: () => void): void {
    const rest = this.#leavePlain(Buffer.alloc(0));
    if (rest.length > 0) this.#parse(rest, 0, "utf8", () => this.#flushParsed(done));
    else this.#flushParsed(done);
  }

  #flushParsed(done: () => void): void {
    if (this.#failed) done();
    else if (!isUtf8(this.#rest)) this.#endOfText(done);
    else {
      this.#isFlushing = true;
      super._flush((error) => this.#end(0, this.#failureOf(error), done));
    }
  }

  /** An error would throw away the records before it, so it goes with them. */
  #end(bytes: number, failure: Failure | undefined, done: () => void): void {
    this.#read += bytes;
    this.#failed = failure !== undefined;
    const part: CsvRecords = { records: this.#records, lines: this.#lines, read: this.#read, failure };
    this.#records = [];
    this.#lines = [];
    super.push(part);
    this.#isFlushing = false;
    done();
  }

  #endOfText(done: () => void): void {
    this.#end(0, { place: this.#nextLine, message: NOT_UTF8 }, done);
  }

  #failureOf(error: Error | null | undefined): Failure | undefined {
    if (!error) return undefined;
    const { code, lines } = error as CsvError & { lines: number };
    return { place: this.#before + lines, message: ADVICE[code] ?? error.message };
  }

  #isUtf8(bytes: Buffer): boolean {
    const end = bytes.lastIndexOf(LINE_FEED) + 1 || bytes.lastIndexOf(CARRIAGE_RETURN) + 1;
    const lines = Buffer.concat([this.#rest, bytes.subarray(0, end)]);
    // A line without an end is checked when it ends, or is too long.
    this.#rest = end > 0 ? bytes.subarray(end) : Buffer.concat([this.#rest, bytes]);
    return end === 0 || isUtf8(lines);
  }
}

/** The lines before the first that isn't UTF-8. */
function validLines(bytes: Buffer): Buffer {
  const text = bytes.toString();
  const valid = Buffer.byteLength(text.slice(0, text.indexOf("\ufffd")));
  return bytes.subarray(0, bytes.subarray(0, valid).lastIndexOf("\n") + 1);
}

/** As if the parser had read the lines before itself: a byte order mark is text from here on. */
function goOn({ options, state }: Internals, lineEnd: string): void {
  options.record_delimiter.push(Buffer.from(lineEnd));
  state.recordDelimiterMaxLength = lineEnd.length;
  state.bomSkipped = true;
}

function readNulls(api: Internals, nullText: string): void {
  const onField = api.__onField;
  if (typeof onField !== "function") throw new Error("csv-parse has changed: its parser has no __onField.");
  const reading: Internals["__onField"] = function () {
    const quoted = this.state.wasQuoting;
    const error = onField.call(this);
    const { record } = this.state;
    if (!quoted && record[record.length - 1] === nullText) record[record.length - 1] = null;
    return error;
  };
  Object.assign(api, { __onField: reading });
}

const NO_QUOTES = "In a file whose quotes mean nothing, use --quote none.";
const ADVICE: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: `Something follows the closing quote of a field. Double the quotes inside of it. ${NO_QUOTES}`,
  INVALID_OPENING_QUOTE: `A quote stands within a field that doesn't begin with one. Quote the whole field. ${NO_QUOTES}`,
  CSV_QUOTE_NOT_CLOSED: `A quote opens here and is never closed. ${NO_QUOTES}`,
  CSV_MAX_RECORD_SIZE: `A record is longer than ${LONGEST} bytes, perhaps because a quote is never closed. ${NO_QUOTES}`,
};
