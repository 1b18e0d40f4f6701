import type { DiffPage, HeliosDBClient, RowDifference } from "@heliosdb/client";
import { Command } from "commander";
import { asOfOption, placeOf } from "../../input/branch-option.js";
import { fieldOption } from "../../input/field-option.js";
import { wholeNumber } from "../../input/numbers.js";
import { diffLines } from "../../output/diff.js";
import { type Field, note } from "../../output/writer.js";
import { withSession } from "../../session/session.js";

const FIELDS: readonly Field<RowDifference>[] = [
  { heading: "table", value: (row) => row.table },
  { heading: "kind", value: (row) => row.kind },
  { heading: "key", value: (row) => JSON.stringify(row.key) },
  { heading: "changed", value: (row) => row.changed.join(",") },
  { heading: "from", value: (row) => row.from && JSON.stringify(row.from) },
  { heading: "to", value: (row) => row.to && JSON.stringify(row.to) },
];

const COUNTS: readonly Field<DiffPage["tables"][number]>[] = [
  { heading: "table", value: (table) => table.table },
  { heading: "inserted", value: (table) => table.inserted },
  { heading: "updated", value: (table) => table.updated },
  { heading: "deleted", value: (table) => table.deleted },
];

const PAGE = 1000;

interface DiffOptions {
  readonly from?: string;
  readonly asOf?: string;
  readonly tables?: string;
  readonly stat?: boolean;
  readonly limit?: number;
}

export function diff(): Command {
  return new Command("diff")
    .description("Show the changes on a branch since its fork, or compare it with another state.")
    .argument("[branch]", "branch, or BRANCH@POINT for a point in time (default: as for --branch of other commands)")
    .addOption(fieldOption("getDiff.from", "--from <state>"))
    .addOption(asOfOption())
    .addOption(fieldOption("getDiff.tables", "--tables <names>"))
    .option("--stat", "only the counts of each table")
    .option("--limit <rows>", "maximum number of rows (default: 1000)", wholeNumber)
    .action((place: string | undefined, options: DiffOptions, command: Command) => {
      const { branch, asOf } = placeOf({ branch: place, asOf: options.asOf });
      const { from, stat, limit = 1000 } = options;
      const compared = { from, asOf, tables: options.tables?.split(",") };
      return withSession(command, branch, async ({ client, writer }) => {
        if (stat) {
          const { from, to, schema, tables } = await client.branches.diff(branch, { ...compared, limit: 0 });
          writer.lists({ from, to, schema, tables }, tables, COUNTS);
          return;
        }
        const found = await differences(client, branch, compared, limit);
        writer.lines(found, diffLines(found), found.rows, FIELDS);
        const all = found.tables.reduce((sum, one) => sum + one.inserted + one.updated + one.deleted, 0);
        if (all > found.rows.length) note(`Showing ${found.rows.length} of ${all} rows (see --limit)`);
      });
    });
}

type Compared = { readonly from?: string; readonly asOf?: string; readonly tables?: readonly string[] };

/** The diff with its first rows, over as many pages as needed. */
async function differences(client: HeliosDBClient, branch: string, compared: Compared, limit: number) {
  const first = await client.branches.diff(branch, { ...compared, limit: Math.min(limit, PAGE) });
  const rows = [...first.rows];
  for (let cursor = first.nextCursor; cursor !== null && rows.length < limit; ) {
    const page = await client.branches.diff(branch, {
      ...compared,
      cursor,
      limit: Math.min(limit - rows.length, PAGE),
    });
    rows.push(...page.rows);
    cursor = page.nextCursor;
  }
  const { from, to, schema, tables } = first;
  return { from, to, schema, tables, rows };
}
