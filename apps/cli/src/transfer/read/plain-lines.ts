import { isUtf8 } from "node:buffer";
import type { CsvFormat, Field } from "./csv-format.js";
import { quotedRecord } from "./quoted-record.js";

export interface PlainRecords {
  readonly records: readonly Field[][];
  /** The line on which each record begins. */
  readonly lines: readonly number[];
}

interface Taken extends PlainRecords {
  /** Lines that the records take up. */
  readonly count: number;
  /** The text behind them. */
  readonly left: string;
}

const NOTHING: Taken = { records: [], lines: [], count: 0, left: "" };

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];
const MARK = Buffer.from("\ufeff");
/** Bytes of an incomplete record with quotes: a longer one would be read again too often. */
const LONGEST_QUOTED = 256 * 1024;

/**
 * Reads a CSV file as far as it is written as usual: a line without quotes is a record, whose fields are what is between
 * two delimiters, and other records are read field by field. This takes a tenth of the time of parsing, which is left for
 * what is unusual or broken.
 */
export class PlainLines {
  /** Bytes of a line that is not complete yet. */
  rest: Buffer = Buffer.alloc(0);
  /** Lines that were read. */
  count = 0;
  /** Known from the first end of a line on. */
  lineEnd: string | null = null;
  private isFirst = true;

  constructor(
    private readonly format: CsvFormat,
    private readonly longest: number,
  ) {}

  /** The records that are complete with these bytes, or null if they have to be parsed, with the rest. */
  take(bytes: Buffer): PlainRecords | null {
    const all = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes;
    const end = all.lastIndexOf(LINE_FEED) + 1;
    const quote = this.quoteIn(all);
    if (quote === undefined || all.length - end > this.longest) return null;
    const whole = all.subarray(0, end);
    if (this.lineEnd === null) {
      const found = lineEndOf(all, quote);
      if (found === "\r") return null;
      if (end > 0) this.lineEnd = found;
    }
    if (end > 0 && (this.lineEnd === null || !isUtf8(whole) || whole.length > this.longest)) return null;
    const taken = end === 0 ? NOTHING : this.records(this.withoutMark(whole).toString("utf8"), quote);
    if (taken === null) return null;
    const { records, lines, count, left } = taken;
    // A part ends with an end of line, which may be within quotes, or none where lines end with CR LF.
    const rest =
      count === 0 ? all : left === "" ? all.subarray(end) : Buffer.concat([Buffer.from(left), all.subarray(end)]);
    if (quote !== null && rest.length > LONGEST_QUOTED) return null;
    this.rest = rest;
    this.isFirst &&= count === 0;
    this.count += count;
    return { records, lines };
  }

  /** The quote, null where these bytes have none, or undefined where they have one that has to be parsed. */
  private quoteIn(bytes: Buffer): string | null | undefined {
    const { quote, delimiter } = this.format;
    if (quote === null || !bytes.includes(quote)) return null;
    return quote < "\x80" && quote !== delimiter ? quote : undefined;
  }

  private records(text: string, quote: string | null): Taken | null {
    return quote === null ? this.split(text) : this.scan(text, quote);
  }

  private split(text: string): Taken {
    const texts = text.split(this.lineEnd!);
    const last = texts.pop()!;
    const records: Field[][] = [];
    const lines: number[] = [];
    for (const line of texts) {
      records.push(this.fieldsOf(line));
      lines.push(this.count + records.length);
    }
    return { records, lines, count: texts.length, left: last };
  }

  private scan(text: string, quote: string): Taken | null {
    const lineEnd = this.lineEnd!;
    const format = { ...this.format, quote, lineEnd };
    const records: Field[][] = [];
    const lines: number[] = [];
    let [at, count] = [0, 0];
    for (let next = text.indexOf(quote); ; ) {
      const end = text.indexOf(lineEnd, at);
      if (end < 0) break;
      const line = this.count + count + 1;
      if (next < 0 || next > end) {
        records.push(this.fieldsOf(text.slice(at, end)));
        at = end + lineEnd.length;
        count++;
      } else {
        const record = quotedRecord(text, at, format);
        if (record === null) return null;
        if (record === "incomplete") break;
        records.push(record.fields);
        at = record.end;
        count += record.lines;
        next = text.indexOf(quote, at);
      }
      lines.push(line);
    }
    return { records, lines, count, left: text.slice(at) };
  }

  private fieldsOf(line: string): Field[] {
    const { delimiter, nullText } = this.format;
    const fields: Field[] = line.split(delimiter);
    for (let i = 0; i < fields.length; i++) if (fields[i] === nullText) fields[i] = null;
    return fields;
  }

  private withoutMark(bytes: Buffer): Buffer {
    const isMarked = this.isFirst && bytes.subarray(0, MARK.length).equals(MARK);
    return isMarked ? bytes.subarray(MARK.length) : bytes;
  }
}

/**
 * The first end of a line that is not within quotes, which decides for all; null where there is none, or what follows a
 * CR is not there yet.
 */
function lineEndOf(bytes: Buffer, quote: string | null): "\n" | "\r\n" | "\r" | null {
  const mark = quote?.charCodeAt(0);
  let isWithin = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === mark) isWithin = !isWithin;
    else if (byte === LINE_FEED && !isWithin) return "\n";
    else if (byte === CARRIAGE_RETURN && !isWithin) {
      if (at === bytes.length - 1) return null;
      return bytes[at + 1] === LINE_FEED ? "\r\n" : "\r";
    }
  }
  return null;
}
