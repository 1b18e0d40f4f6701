import { csvLine } from "./csv.js";
import type { Format } from "./format.js";
import { write } from "./stdout.js";
import { type TableLook, tableFormat, type Value } from "./table.js";
import { yamlText } from "./yaml.js";

type Row = Readonly<Record<string, Value>>;

/** Writes rows to stdout as they arrive, in the same format as a writer that has them all at once. */
export class RowStream {
  private lines: ((rows: readonly (readonly Value[])[]) => string) | null = null;
  private written = 0;

  constructor(
    private readonly format: Format,
    private readonly look: TableLook,
  ) {}

  async add(columns: readonly string[], rows: readonly Row[]): Promise<void> {
    if (this.format === "json") {
      const texts = rows.map((row) => `${this.written++ === 0 ? "[" : ","}\n${indented(row)}`);
      await write(texts.join(""));
      return;
    }
    if (this.format === "ndjson") return write(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    if (this.format === "yaml") {
      this.written += rows.length;
      return write(rows.map((row) => yamlText([row])).join(""));
    }
    const grid = rows.map((row) => columns.map((column) => row[column]));
    const head = this.lines === null ? this.begin(columns, grid) : "";
    await write(head + this.lines!(grid));
  }

  async end(): Promise<void> {
    if (this.format === "json") await write(this.written === 0 ? "[]\n" : "\n]\n");
    if (this.format === "yaml" && this.written === 0) await write("[]\n");
  }

  private begin(columns: readonly string[], grid: readonly (readonly Value[])[]): string {
    if (this.format === "csv") {
      this.lines = (rows) => rows.map(csvLine).join("");
      return csvLine(columns);
    }
    const { head, lines } = tableFormat(columns, grid, this.look);
    this.lines = lines;
    return head;
  }
}

function indented(row: Row): string {
  return JSON.stringify(row, null, 2).replace(/^/gm, "  ");
}
