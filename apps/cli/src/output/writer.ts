import { formatCsv } from "./csv.js";
import type { Format } from "./format.js";
import { lookOf } from "./look.js";
import { relativeTime } from "./relative-time.js";
import { RowStream } from "./row-stream.js";
import { formatTable, type TableLook, type Value } from "./table.js";
import { yamlText } from "./yaml.js";

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
    this.write(
      whole,
      items,
      fields.map((field) => field.heading),
      items.map((item) => fields.map((field) => this.plain(field.value(item)))),
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
    const values = fields.map((field) => this.plain(field.value(item)));
    if (this.format !== "table") this.write(item, [item], headings, [values]);
    else {
      this.write(
        item,
        [],
        ["field", "value"],
        headings.map((heading, index) => [heading, values[index]]),
      );
    }
  }

  /** Rows by column; as JSON a list of objects. */
  rows(columns: readonly string[], rows: readonly Readonly<Record<string, Value>>[]): void {
    this.write(
      rows,
      rows,
      columns,
      rows.map((row) => columns.map((column) => row[column])),
    );
  }

  /** Rows that arrive in parts. */
  stream(): RowStream {
    return new RowStream(this.format, this.look);
  }

  private write(
    whole: unknown,
    items: readonly unknown[],
    columns: readonly string[],
    grid: readonly (readonly Value[])[],
  ): void {
    process.stdout.write(this.text(whole, items, columns, grid));
  }

  private text(
    whole: unknown,
    items: readonly unknown[],
    columns: readonly string[],
    grid: readonly (readonly Value[])[],
  ): string {
    switch (this.format) {
      case "json":
        return `${JSON.stringify(whole, null, 2)}\n`;
      case "yaml":
        return yamlText(whole);
      case "ndjson":
        return items.map((item) => `${JSON.stringify(item)}\n`).join("");
      case "csv":
        return formatCsv(columns, grid);
      case "table":
        return formatTable(columns, grid, this.look);
    }
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
