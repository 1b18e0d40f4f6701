/** A row of a CSV file, with the line that it begins on. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Which of these separates the fields: the one that the first line has most of. */
export function separatorOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]/) + 1 || undefined);
  const counts = [",", ";", "\t", "|"].map((each) => [each, first.split(each).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** Reads CSV as RFC 4180 has it: fields in quotes hold separators, line ends and doubled quotes. */
export function* csvRows(text: string, separator: string): Generator<CsvRow> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const fields: string[] = [];
    for (;;) {
      let field = "";
      if (text[at] === '"') {
        const from = line;
        for (at++; ; ) {
          const quote = text.indexOf('"', at);
          if (quote === -1) throw new Error(`Line ${from}: a quoted field has no end.`);
          const part = text.slice(at, quote);
          line += part.split("\n").length - 1;
          field += part;
          at = quote + 1;
          if (text[at] !== '"') break;
          field += '"';
          at++;
        }
      } else {
        const from = at;
        while (at < text.length && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at++;
        field = text.slice(from, at);
      }
      fields.push(field);
      if (text[at] !== separator) break;
      at++;
    }
    if (at < text.length && text[at] !== "\r" && text[at] !== "\n") {
      throw new Error(`Line ${line}: expected a separator or the end of the line after a quoted field.`);
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    line++;
    if (fields.length > 1 || fields[0] !== "") yield { line: start, fields };
  }
}
