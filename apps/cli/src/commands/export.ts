import { Command, Option } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import { asOfOption, branchOption, placeOf, type ReadOptions } from "../input/branch-option.js";
import { delimiter } from "../input/characters.js";
import { wholeNumber } from "../input/numbers.js";
import { type GlobalOptions, withSession } from "../session/session.js";
import { EXPORT_FORMATS, type ExportFormat, formatOf } from "../transfer/read/formats.js";
import { downloadBranch } from "./branches/files.js";

interface ExportOptions extends ReadOptions {
  readonly table?: string;
  readonly query?: string;
  readonly format?: ExportFormat;
  readonly out: string;
  readonly force?: true;
  readonly delimiter: string;
  readonly null: string;
  readonly timeout: number;
}

export function exportCommand(): Command {
  return new Command("export")
    .description("Write the rows of a table or of a query to a file, now or at a point in time; or a whole branch.")
    .option("-t, --table <table>", "table or view to write")
    .option("--query <sql>", "statement that reads, whose rows are written")
    .addOption(branchOption())
    .addOption(asOfOption())
    .addOption(new Option("--format <format>", "format (default: by the file's extension)").choices(EXPORT_FORMATS))
    .option("-O, --out <file>", "file to write", "-")
    .option("--force", "overwrite an existing file")
    .addOption(
      new Option("--delimiter <character>", 'between fields of CSV, or "tab"').argParser(delimiter).default(","),
    )
    .option("--null <text>", "text for NULL in CSV and TSV", "")
    .option("--timeout <ms>", "timeout of the query in milliseconds", wholeNumber, 300_000)
    .action((options: ExportOptions, command: Command) => {
      const { table, query, out, delimiter: between, timeout: timeoutMs } = options;
      const place = placeOf(options);
      const format = formatOf(EXPORT_FORMATS, options.format ?? formatOfOutput(command, out), out);
      const force = options.force === true;
      checkStyle(command, format, between);
      if (table !== undefined && query !== undefined) throw new UsageError("Use either --table or --query.");
      if (format === "sqlite" && out === "-") throw new UsageError("A SQLite file can't be streamed. Add --out FILE.");
      if (table === undefined && query === undefined)
        return exportBranch(command, { ...place, format, out, force, timeoutMs });
      const what = table !== undefined ? { table } : { query: query! };
      const rows = { ...place, what, format, out, force, delimiter: between, nullText: options.null, timeoutMs };
      return withSession(command, place.branch, async (session) => {
        const { exportRows } = await import("../transfer/export-rows.js");
        await exportRows(session, rows);
      });
    });
}

/** Options that say how CSV is written mean nothing for another format. */
function checkStyle(command: Command, format: ExportFormat, between: string): void {
  const isGiven = (name: string) => command.getOptionValueSource(name) === "cli";
  if (isGiven("delimiter") && format !== "csv") throw new UsageError("--delimiter is for the format csv.");
  if (isGiven("null") && format !== "csv" && format !== "tsv")
    throw new UsageError("--null is for the formats csv and tsv.");
  if (between === '"') throw new UsageError("--delimiter can't be the quote that stands around fields.");
}

/** What other commands write to stdout is in the format of --output, and so is this. */
function formatOfOutput(command: Command, out: string): ExportFormat | undefined {
  const { output } = command.optsWithGlobals<GlobalOptions>();
  return out === "-" ? EXPORT_FORMATS.find((format) => format === output) : undefined;
}

interface WholeBranch {
  readonly branch: string;
  readonly asOf: string | undefined;
  readonly format: ExportFormat;
  readonly out: string;
  readonly force: boolean;
  readonly timeoutMs: number;
}

function exportBranch(command: Command, { format, ...options }: WholeBranch): Promise<void> {
  if (format === "sqlite") return downloadBranch(command, options, options.out, options.force);
  if (format !== "sql") {
    throw new UsageError(`Name what to write with --table or --query. Only sql and sqlite can hold a whole branch.`);
  }
  return withSession(command, options.branch, async (session) => {
    const { exportScript } = await import("../transfer/export-script.js");
    await exportScript(session, options);
  });
}
