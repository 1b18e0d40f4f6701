import type { Table } from "@heliosdb/client";
import { Command } from "commander";
import { asOfOption, branchOption, placeOf, type ReadOptions } from "../input/branch-option.js";
import type { Field } from "../output/writer.js";
import { withSession } from "../session/session.js";
import { watched, watchOption } from "../session/watch.js";

const FIELDS: readonly Field<Table>[] = [
  { heading: "name", value: (table) => table.name },
  { heading: "rows", value: (table) => table.rowCount },
  { heading: "bytes", value: (table) => table.sizeBytes },
  { heading: "columns", value: (table) => table.columns.map((column) => column.name).join(",") },
  { heading: "created", value: (table) => table.createdAt },
];

export function tablesCommand(): Command {
  return new Command("tables")
    .description("List the tables of a branch.")
    .addOption(branchOption())
    .addOption(asOfOption())
    .addOption(watchOption())
    .action((options: ReadOptions, command: Command) => {
      const { branch, asOf } = placeOf(options);
      return withSession(command, branch, ({ client, writer }) =>
        watched(command, async () => writer.list(await client.tables.list(branch, { asOf }), FIELDS)),
      );
    });
}
