import { spawnSync } from "node:child_process";
import { formatted, rowsContent } from "../output/formatted.js";
import { lookOf } from "../output/look.js";
import { oneLine } from "../output/printable.js";
import { recordLines } from "../output/records.js";
import { formatTable, type Value } from "../output/table.js";
import type { ShellSettings } from "./settings.js";

type Row = Readonly<Record<string, Value>>;

/** Where the results of a shell go: to stdout, through a pager where they are longer than the terminal is high. */
export class Output {
  constructor(private readonly settings: ShellSettings) {}

  rows(columns: readonly string[], rows: readonly Row[]): void {
    this.text(this.rowsText(columns, rows));
  }

  table(columns: readonly string[], grid: readonly (readonly Value[])[]): void {
    this.text(formatTable(columns, grid, lookOf(this.settings.fit)));
  }

  line(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  text(text: string): void {
    const { isTTY, rows } = process.stdout;
    const isLong = isTTY === true && process.stdin.isTTY === true && text.split("\n").length > (rows || 24);
    if (!isLong || !this.settings.pager || !paged(text)) process.stdout.write(text);
  }

  private rowsText(columns: readonly string[], rows: readonly Row[]): string {
    const { format, expanded, fit } = this.settings;
    const content = rowsContent(columns, rows);
    if (format === "table" && expanded) return recordLines(columns.map(oneLine), content.grid);
    return formatted(format, content, lookOf(fit));
  }
}

/** Whether the user's pager, or less, has shown the text. */
function paged(text: string): boolean {
  const [program, ...args] = (process.env.PAGER || "less -RSX").split(" ").filter((word) => word !== "");
  if (program === undefined) return false;
  const { error } = spawnSync(program, args, { input: text, stdio: ["pipe", "inherit", "inherit"] });
  // A pager that is left early closes its end of the pipe.
  return error === undefined || (error as NodeJS.ErrnoException).code === "EPIPE";
}
