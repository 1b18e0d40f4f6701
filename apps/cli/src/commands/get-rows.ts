import type { TablePage } from "@heliosdb/client";
import { Command, Option } from "commander";
import { asOfOption, branchOption, placeOf, type ReadOptions } from "../input/branch-option.js";
import { fieldOption } from "../input/field-option.js";
import { note } from "../output/writer.js";
import { withSession } from "../session/session.js";

interface GetOptions extends ReadOptions {
  readonly filter?: string;
  readonly columns?: string;
  readonly orderBy?: string;
  readonly page?: number;
  readonly cursor?: string;
  readonly limit?: number;
  readonly all?: true;
}

export function getRows(): Command {
  return new Command("get")
    .description("Read the rows of a table: one page, or all.")
    .argument("<table>")
    .addOption(branchOption())
    .addOption(asOfOption())
    .addOption(fieldOption("queryTable.filter", "--filter <expression>"))
    .addOption(fieldOption("queryTable.columns", "--columns <names>"))
    .addOption(fieldOption("queryTable.order_by", "--order-by <names>"))
    .addOption(fieldOption("queryTable.page", "--page <number>"))
    .addOption(new Option("--cursor <cursor>", "cursor of the page, from the page before it").conflicts("page"))
    .addOption(fieldOption("queryTable.limit", "--limit <rows>"))
    .addOption(new Option("--all", "all rows, as of one point in time").conflicts(["page", "limit"]))
    .action((table: string, { all, ...options }: GetOptions, command: Command) => {
      const { branch, asOf } = placeOf(options);
      return withSession(command, branch, async ({ client, writer }) => {
        const { filter, columns, orderBy, page, cursor, limit } = options;
        const rows = { filter, columns: columns?.split(","), orderBy, cursor, asOf };
        if (all) {
          const stream = writer.stream();
          for await (const each of client.data.pages(branch, table, rows)) await stream.add(each.columns, each.rows);
          return stream.end();
        }
        const one = await client.data.query(branch, table, { ...rows, page, limit });
        writer.rows(one.columns, one.rows);
        if (one.hasMore) note(moreText(one));
      });
    });
}

function moreText({ page, rows, total, nextCursor }: TablePage): string {
  const place = page === undefined ? "" : `Page ${page}: `;
  const count = total === undefined ? `${rows.length} rows` : `${rows.length} of ${total} rows`;
  return `${place}${count} (see --page, --limit and --all)${nextCursor === null ? "" : `; next: --cursor ${nextCursor}`}`;
}
