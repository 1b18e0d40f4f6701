import type { RowVersion } from "@heliosdb/client";
import { Command } from "commander";
import { type BranchOptions, branchAlone, branchOption } from "../input/branch-option.js";
import { takeUpTo } from "../input/entries.js";
import { wholeNumber } from "../input/numbers.js";
import { rowKey } from "../input/row-key.js";
import { type Field, note } from "../output/writer.js";
import { withSession } from "../session/session.js";

const FIELDS: readonly Field<RowVersion>[] = [
  { heading: "scn", value: (version) => version.scn },
  { heading: "time", value: (version) => version.timestamp },
  { heading: "type", value: (version) => version.type },
  { heading: "author", value: (version) => version.author },
  { heading: "branch", value: (version) => version.branch },
  { heading: "changed", value: (version) => version.changed.join(",") },
  { heading: "row", value: (version) => version.row && JSON.stringify(version.row) },
  { heading: "message", value: (version) => version.message },
];

export function rowHistory(): Command {
  return new Command("history")
    .description("List the versions of a row, newest first.")
    .argument("<table>")
    .argument("<key>", 'primary key, such as 5 or abc, or JSON such as ["x",1] for several columns')
    .addOption(branchOption("branch whose history is read"))
    .option("--limit <versions>", "maximum number of versions (default: 50)", wholeNumber)
    .action((table: string, keyText: string, options: BranchOptions & { limit?: number }, command: Command) => {
      const branch = branchAlone(options.branch);
      const key = rowKey(keyText);
      const { limit = 50 } = options;
      return withSession(command, branch, async ({ client, writer }) => {
        const versions = client.data.rowVersions(branch, table, key, { limit: Math.min(limit + 1, 1000) });
        const { entries, more } = await takeUpTo(limit, versions);
        writer.list(entries, FIELDS);
        if (more) note(`Showing the newest ${limit} versions (see --limit)`);
      });
    });
}
