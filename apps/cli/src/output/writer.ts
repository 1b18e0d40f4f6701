import { formatCsv } from "./csv.js";
import type { Format } from "./format.js";
import { RowStream } from "./row-stream.js";
import { formatTable, type Value } from "./table.js";

/** One column of a list: its heading, and how to read it from an item. */
export interface Field<T> {
  readonly heading: string;
  readonly value: (item: T) => Value | Date;
}

/** The only way to stdout: data in the requested format. Output that is only for people goes to stderr. */
export class Writer {
  constructor(private readonly format: Format) {}

  /** A list of objects; as JSON each is complete, otherwise only the named fields are shown. */
  list<T>(items: readonly T[], fields: readonly Field<T>[]): void {
    this.lists(items, items, fields);
  }

  /** An object that contains a list: complete as JSON, otherwise only the list with the named fields. */
  lists<T>(whole: unknown, items: readonly T[], fields: readonly Field<T>[]): void {
    this.write(
      whole,
      fields.map((field) => field.heading),
      items.map((item) => fields.map((field) => plain(field.value(item)))),
    );
  }

  /** The same, with prepared lines in place of the table. */
  lines<T>(whole: unknown, lines: readonly string[], items: readonly T[], fields: readonly Field<T>[]): void {
    if (this.format === "table") process.stdout.write(`${lines.join("\n")}\n`);
    else this.lists(whole, items, fields);
  }

  /** One object; as a table, one line for each field. */
  one<T>(item: T, fields: readonly Field<T>[]): void {
    const headings = fields.map((field) => field.heading);
    const values = fields.map((field) => plain(field.value(item)));
    if (this.format !== "table") this.write(item, headings, [values]);
    else {
      this.write(
        item,
        ["field", "value"],
        headings.map((heading, index) => [heading, values[index]]),
      );
    }
  }

  /** Rows by column; as JSON a list of objects. */
  rows(columns: readonly string[], rows: readonly Readonly<Record<string, Value>>[]): void {
    this.write(
      rows,
      columns,
      rows.map((row) => columns.map((column) => row[column])),
    );
  }

  /** Rows that arrive in parts. */
  stream(): RowStream {
    return new RowStream(this.format);
  }

  private write(whole: unknown, columns: readonly string[], grid: readonly (readonly Value[])[]): void {
    const text =
      this.format === "json"
        ? `${JSON.stringify(whole, null, 2)}\n`
        : (this.format === "csv" ? formatCsv : formatTable)(columns, grid);
    process.stdout.write(text);
  }
}

/** Prints progress, counts or warnings for people. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function plain(value: Value | Date): Value {
  return value instanceof Date ? value.toISOString().replace(".000Z", "Z") : value;
}
