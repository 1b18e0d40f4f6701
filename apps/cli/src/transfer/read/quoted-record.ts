import type { Field } from "./csv-format.js";

export interface RecordFormat {
  readonly delimiter: string;
  readonly quote: string;
  readonly nullText: string;
  readonly lineEnd: string;
}

export interface QuotedRecord {
  readonly fields: Field[];
  /** Where the next record begins. */
  readonly end: number;
  /** Line feeds that it takes up, with that of its end. */
  readonly lines: number;
}

/**
 * Reads the record that begins at `at`. Null if it is not written as usual, so that a parser has to say how it is read or
 * what is wrong with it.
 */
export function quotedRecord(text: string, at: number, format: RecordFormat): QuotedRecord | "incomplete" | null {
  const { delimiter, quote, nullText, lineEnd } = format;
  const fields: Field[] = [];
  let lines = 1;
  for (let from = at; ; ) {
    let end: number;
    if (text.startsWith(quote, from)) {
      const close = closingQuote(text, from + 1, quote);
      if (close < 0) return "incomplete";
      const field = text.slice(from + 1, close);
      fields.push(field.includes(quote) ? field.replaceAll(quote + quote, quote) : field);
      if (field.includes("\n")) lines += field.split("\n").length - 1;
      end = close + 1;
    } else {
      end = endOfField(text, from, delimiter, lineEnd);
      if (end < 0) return "incomplete";
      const field = text.slice(from, end);
      if (field.includes(quote)) return null;
      fields.push(field === nullText ? null : field);
    }
    if (text.startsWith(delimiter, end)) from = end + 1;
    else if (text.startsWith(lineEnd, end)) return { fields, end: end + lineEnd.length, lines };
    else return null;
  }
}

/** The quote that ends the field, behind those that stand for one; negative if there is none. */
function closingQuote(text: string, from: number, quote: string): number {
  let at = text.indexOf(quote, from);
  while (at >= 0 && text.startsWith(quote, at + 1)) at = text.indexOf(quote, at + 2);
  return at;
}

function endOfField(text: string, from: number, delimiter: string, lineEnd: string): number {
  const end = text.indexOf(delimiter, from);
  const line = text.indexOf(lineEnd, from);
  return end < 0 || (line >= 0 && line < end) ? line : end;
}
