import type { Format } from "./format.js";
import { type Content, formatted, rowsContent } from "./formatted.js";
import { lookOf } from "./look.js";
import { relativeTime } from "./relative-time.js";
import { RowStream } from "./row-stream.js";
import type { TableLook, Value } from "./table.js";

/** One column of a list: its heading, and how to read it from an item. */
export interface Field<T> {
  readonly heading: string;
  readonly value: (item: T) => Value | Date;
}

/** The only way to stdout: data in the requested format. Output that is only for people goes to stderr. */
export class Writer {
  constructor(
    private readonly format: Format,
    private readonly look: TableLook = lookOf(),
  ) {}

  /** Whether people read the output now: it is a table on a terminal. */
  get isForPeople(): boolean {
    return this.format === "table" && process.stdout.isTTY === true;
  }

  /** A list of objects; as JSON or YAML each is complete, otherwise only the named fields are shown. */
  list<T>(items: readonly T[], fields: readonly Field<T>[]): void {
    this.lists(items, items, fields);
  }

  /** An object that contains a list: complete as JSON or YAML, otherwise only the list. */
  lists<T>(whole: unknown, items: readonly T[], fields: readonly Field<T>[]): void {
    this.write({
      whole,
      items,
      columns: fields.map((field) => field.heading),
      grid: items.map((item) => fields.map((field) => this.plain(field.value(item)))),
    });
  }

  /** The same, with prepared lines in place of the table. */
  lines<T>(whole: unknown, lines: readonly string[], items: readonly T[], fields: readonly Field<T>[]): void {
    if (this.format === "table") process.stdout.write(`${lines.join("\n")}\n`);
    else this.lists(whole, items, fields);
  }

  /** One object; as a table, one line for each field. */
  one<T>(item: T, fields: readonly Field<T>[]): void {
    const headings = fields.map((field) => field.heading);
    const values = fields.map((field) => this.plain(field.value(item)));
    this.write({
      whole: item,
      items: [item],
      ...(this.format === "table"
        ? { columns: ["field", "value"], grid: headings.map((heading, index) => [heading, values[index]]) }
        : { columns: headings, grid: [values] }),
    });
  }

  /** Rows by column; as JSON a list of objects. */
  rows(columns: readonly string[], rows: readonly Readonly<Record<string, Value>>[]): void {
    this.write(rowsContent(columns, rows));
  }

  /** Rows that arrive in parts. */
  stream(): RowStream {
    return new RowStream(this.format, this.look);
  }

  private write(content: Content): void {
    process.stdout.write(formatted(this.format, content, this.look));
  }

  private plain(value: Value | Date): Value {
    if (!(value instanceof Date)) return value;
    return this.isForPeople ? relativeTime(value) : value.toISOString().replace(".000Z", "Z");
  }
}

let isQuiet = false;

/** Whether notes are left out. */
export function setQuiet(quiet: boolean): void {
  isQuiet = quiet;
}

/** Prints progress, counts or warnings for people, unless the command is quiet. Errors are printed in any case. */
export function note(text: string): void {
  if (!isQuiet) process.stderr.write(`${text}\n`);
}
