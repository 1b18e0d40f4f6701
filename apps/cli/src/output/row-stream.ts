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

  /** @param wholes what JSON and YAML show in place of the rows */
  async add(columns: readonly string[], rows: readonly Row[], wholes: readonly object[] = rows): Promise<void> {
    if (this.format === "json") {
      const texts = wholes.map((row) => `${this.written++ === 0 ? "[" : ","}\n${indented(row)}`);
      await write(texts.join(""));
      return;
    }
    if (this.format === "ndjson") return write(wholes.map((row) => `${JSON.stringify(row)}\n`).join(""));
    if (this.format === "yaml") {
      this.written += rows.length;
      return write(wholes.map((row) => yamlText([row])).join(""));
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

function indented(row: object): string {
  return JSON.stringify(row, null, 2).replace(/^/gm, "  ");
}
