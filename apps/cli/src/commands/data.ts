import { Command, Option } from "commander";
import { type BranchOptions, branchOption, branchToWrite } from "../input/branch-option.js";
import { fieldOption } from "../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { rowsFrom } from "../input/rows.js";
import { columnsOf } from "../input/values.js";
import { withSession } from "../session/session.js";
import { getRows } from "./get-rows.js";
import { rowHistory } from "./row-history.js";

export function dataCommand(): Command {
  return new Command("data")
    .description("Read and change the rows of a table without SQL.")
    .addCommand(getRows())
    .addCommand(insert())
    .addCommand(update())
    .addCommand(remove())
    .addCommand(rowHistory());
}

interface InsertOptions extends BranchOptions {
  readonly set?: readonly string[];
  readonly file?: string;
  readonly onConflict?: "error" | "ignore" | "update";
}

function insert(): Command {
  return new Command("insert")
    .description("Insert rows as one commit: all or none.")
    .argument("<table>")
    .argument("[rows]", 'a JSON object, or a JSON list of objects; "-" reads stdin')
    .addOption(branchOption("branch to write to"))
    .option("-f, --file <path>", 'read the JSON from a file ("-" is stdin)')
    .addOption(setOption("a value of one row, instead of JSON"))
    .addOption(fieldOption("insertRows.on_conflict", "--on-conflict <action>"))
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
    .description("Update all rows that match a filter, as one commit.")
    .argument("<table>")
    .addOption(branchOption("branch to write to"))
    .addOption(fieldOption("updateRows.filter", "--filter <expression>").makeOptionMandatory())
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
    .description("Delete all rows that match a filter, as one commit.")
    .argument("<table>")
    .addOption(branchOption("branch to write to"))
    .addOption(fieldOption("deleteRows.filter", "--filter <expression>").makeOptionMandatory())
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
