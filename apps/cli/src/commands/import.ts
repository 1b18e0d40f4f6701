import { statSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import { type BranchOptions, branchOption, branchToWrite } from "../input/branch-option.js";
import { delimiter, quote } from "../input/characters.js";
import { words } from "../input/words.js";
import { withSession } from "../session/session.js";
import { formatOf, IMPORT_FORMATS, type ImportFormat } from "../transfer/read/formats.js";
import type { OnConflict } from "../transfer/table/match.js";

interface ImportOptions extends BranchOptions {
  readonly table?: string;
  readonly format?: ImportFormat;
  readonly create?: true;
  readonly primaryKey?: readonly string[];
  readonly type: readonly (readonly [string, string])[];
  readonly onConflict: OnConflict;
  readonly delimiter?: string;
  readonly quote: string;
  readonly null: string;
  readonly header: boolean;
  readonly columns?: readonly string[];
  readonly maxBad: number;
  readonly badLines?: string;
  readonly force?: true;
  readonly resume?: true;
  readonly restart?: true;
  readonly dryRun?: true;
}

export function importCommand(): Command {
  return new Command("import")
    .description("Import the rows of a file into a table, or run a script of SQL statements.")
    .argument("<file>", 'CSV, TSV, JSON, NDJSON, SQL or SQLite file; "-" is stdin')
    .option("-t, --table <table>", "table to write to; needed for all formats but sql")
    .addOption(branchOption("branch to write to"))
    .addOption(new Option("--format <format>", "format (default: by the file's extension)").choices(IMPORT_FORMATS))
    .option("--create", "create the table if it doesn't exist, with types guessed from the first rows")
    .option("--primary-key <columns>", "comma-separated columns of the key of a created table (default: none)", words)
    .addOption(
      new Option("--type <column=type>", "type of a column of a created table, in place of the guess; repeatable")
        .argParser(columnType)
        .default([], "none"),
    )
    .addOption(
      new Option("--on-conflict <action>", "what to do with a row whose key exists")
        .choices(["error", "ignore", "update"])
        .default("error"),
    )
    .addOption(
      new Option("--delimiter <character>", 'between fields of CSV, or "tab" (default: a comma)').argParser(delimiter),
    )
    .addOption(new Option("--quote <character>", 'around fields, or "none"').argParser(quote).default('"'))
    .option("--null <text>", "an unquoted field of this text is NULL", "")
    .option("--no-header", "the first line of a CSV or TSV file is a row")
    .option(
      "--columns <names>",
      "comma-separated names of the columns of a CSV or TSV file, in place of its header",
      words,
    )
    .option("--max-bad <lines>", "bad lines to leave out before the import stops", count, 0)
    .option("--bad-lines <file>", "keep bad lines in this file; it can be corrected and imported")
    .option("--force", "overwrite an existing file of bad lines")
    .option("--resume", "continue an import that was stopped")
    .option("--restart", "begin an import again that was stopped")
    .option("--dry-run", "read and check everything, and write nothing")
    .action((file: string, options: ImportOptions, command: Command) => {
      const branch = branchToWrite(options);
      const format = formatOf(IMPORT_FORMATS, options.format, file);
      if (options.resume && options.restart) throw new UsageError("Use either --resume or --restart.");
      const { maxBad: most, badLines, force = false, resume, restart } = options;
      if (badLines !== undefined && isSameFile(badLines, file)) {
        throw new UsageError(`${badLines} is the file to import. Choose another one for its bad lines.`);
      }
      const run = {
        branch,
        most,
        file: badLines,
        force: force === true,
        resume,
        restart,
        dryRun: options.dryRun === true,
      };
      if (format === "sql") {
        if (options.table !== undefined) throw new UsageError("A script names its tables itself. Leave out --table.");
        return withSession(command, branch, async (session) => {
          const { importScript } = await import("../transfer/import-script.js");
          await importScript(session, file, run);
        });
      }
      const { table } = options;
      if (table === undefined) throw new UsageError("Name the table to write to with --table.");
      const rows = { ...run, ...rowOptions(options, format), format, table };
      return withSession(command, branch, async (session) => {
        // Loaded here, so that the readers of files don't slow down other commands.
        const { importRows } = await import("../transfer/import-rows.js");
        await importRows(session, file, rows);
      });
    });
}

function rowOptions(options: ImportOptions, format: ImportFormat) {
  const { create = false, primaryKey, type, onConflict, header, columns = null, quote } = options;
  const between = options.delimiter ?? (format === "tsv" ? "\t" : ",");
  if (between === quote)
    throw new UsageError("--delimiter and --quote are the same character. Fields could not be told apart.");
  const csv = { delimiter: between, quote: quote === "none" ? null : quote, nullText: options.null, header, columns };
  return { create: create === true, primaryKey, types: new Map(type), onConflict, csv };
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

function columnType(text: string, before: readonly (readonly [string, string])[]) {
  const at = text.lastIndexOf("=");
  const type = text.slice(at + 1).trim();
  if (at < 1 || !/^[A-Za-z][A-Za-z0-9_ ]*(\(\d+( *, *\d+)?\))?$/.test(type)) {
    throw new InvalidArgumentError("Expected COLUMN=TYPE, such as code=TEXT.");
  }
  return [...before, [text.slice(0, at), type] as const];
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Expected a number from 0 on.");
  return Number(text);
}
