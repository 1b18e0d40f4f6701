import { Command, Option } from "commander";
import {
  asOfOption,
  type BranchOptions,
  branchOption,
  branchToWrite,
  placeOf,
  type ReadOptions,
} from "../input/branch-option.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { wholeNumber } from "../input/numbers.js";
import { rowsFrom } from "../input/rows.js";
import { columnsOf } from "../input/values.js";
import { note } from "../output/writer.js";
import { withSession } from "../session.js";
import { rowHistory } from "./row-history.js";

export function dataCommand(): Command {
  return new Command("data")
    .description("Read and change the rows of a table without SQL.")
    .addCommand(get())
    .addCommand(insert())
    .addCommand(update())
    .addCommand(remove())
    .addCommand(rowHistory());
}

interface GetOptions extends ReadOptions {
  readonly filter?: string;
  readonly columns?: string;
  readonly orderBy?: string;
  readonly page?: number;
  readonly limit?: number;
}

function get(): Command {
  return new Command("get")
    .description("Write one page of a table's rows.")
    .argument("<table>")
    .addOption(branchOption())
    .addOption(asOfOption())
    .option("--filter <expression>", "one SQL expression, as after WHERE")
    .option("--columns <names>", "comma-separated (default: all)")
    .option("--order-by <names>", "comma-separated, each with ASC or DESC if wanted")
    .option("--page <number>", "1-based", wholeNumber)
    .option("--limit <rows>", "rows a page, at most 1000 (default: 100)", wholeNumber)
    .action((table: string, options: GetOptions, command: Command) => {
      const { branch, asOf } = placeOf(options);
      return withSession(command, branch, async ({ client, writer }) => {
        const { filter, columns, orderBy, page, limit } = options;
        const rows = await client.data.query(branch, table, {
          filter,
          columns: columns?.split(","),
          orderBy,
          page,
          limit,
          asOf,
        });
        writer.rows(rows.columns, rows.rows);
        if (rows.hasMore) note(`Page ${rows.page}: ${rows.rows.length} of ${rows.total} rows (see --page and --limit)`);
      });
    });
}

interface InsertOptions extends BranchOptions {
  readonly set?: readonly string[];
  readonly file?: string;
  readonly onConflict?: "error" | "ignore" | "update";
}

function insert(): Command {
  return new Command("insert")
    .description("Insert rows: all of them or none, as one commit.")
    .argument("<table>")
    .argument("[rows]", 'a JSON object, or a JSON list of them; "-" reads it from stdin')
    .addOption(branchOption("branch to write to"))
    .option("-f, --file <path>", 'read the JSON from a file ("-" is stdin)')
    .addOption(setOption("instead of JSON: one row"))
    .addOption(
      new Option("--on-conflict <action>", "for a row whose key exists (default: error)").choices([
        "error",
        "ignore",
        "update",
      ]),
    )
    .addOption(idempotencyOption())
    .action((table: string, json: string | undefined, options: InsertOptions & RepeatableCommand, command: Command) => {
      const branch = branchToWrite(options);
      const rows = rowsFrom(json, options.file, options.set);
      return withSession(command, branch, async ({ client, writer }) => {
        const { onConflict, idempotencyKey } = options;
        const done = await client.data.insert(branch, table, rows, { onConflict, idempotencyKey });
        writer.one(done, [
          { heading: "inserted", value: (result) => result.inserted },
          { heading: "updated", value: (result) => result.updated },
          { heading: "skipped", value: (result) => result.skipped },
          { heading: "ids", value: (result) => result.ids },
          { heading: "scn", value: (result) => result.scn },
        ]);
      });
    });
}

function update(): Command {
  return new Command("update")
    .description("Update all rows that fit a filter, as one commit.")
    .argument("<table>")
    .addOption(branchOption("branch to write to"))
    .requiredOption("--filter <expression>", 'one SQL expression; "true" means all rows')
    .addOption(setOption("new value").makeOptionMandatory())
    .action((table: string, options: BranchOptions & { filter: string; set: readonly string[] }, command: Command) => {
      const branch = branchToWrite(options);
      const values = columnsOf(options.set);
      return withSession(command, branch, async ({ client, writer }) => {
        writer.one(await client.data.update(branch, table, { values, filter: options.filter }), [
          { heading: "updated", value: (result) => result.updated },
          { heading: "scn", value: (result) => result.scn },
        ]);
      });
    });
}

function remove(): Command {
  return new Command("delete")
    .description("Delete all rows that fit a filter, as one commit.")
    .argument("<table>")
    .addOption(branchOption("branch to write to"))
    .requiredOption("--filter <expression>", 'one SQL expression; "true" means all rows')
    .action((table: string, options: BranchOptions & { filter: string }, command: Command) => {
      const branch = branchToWrite(options);
      return withSession(command, branch, async ({ client, writer }) => {
        writer.one(await client.data.delete(branch, table, { filter: options.filter }), [
          { heading: "deleted", value: (result) => result.deleted },
          { heading: "scn", value: (result) => result.scn },
        ]);
      });
    });
}

function setOption(description: string): Option {
  return new Option(
    "-s, --set <column=value>",
    `${description}; VALUE may be TYPE:VALUE as for --param; repeatable`,
  ).argParser((pair: string, before: readonly string[] = []) => [...before, pair]);
}
