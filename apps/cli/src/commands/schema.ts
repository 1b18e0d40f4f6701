import type { SchemaDifference } from "@heliosdb/client";
import { Command } from "commander";
import { asOfOption, branchOption, placeOf, type ReadOptions } from "../input/branch-option.js";
import { type Definition, definitionLines, schemaDiffLines } from "../output/schema.js";
import type { Field } from "../output/writer.js";
import { withSession } from "../session/session.js";

const DEFINITIONS: readonly Field<Definition>[] = [
  { heading: "type", value: ({ type }) => type },
  { heading: "name", value: ({ name }) => name },
  { heading: "sql", value: ({ sql }) => sql },
];

const DIFFERENCES: readonly Field<SchemaDifference>[] = [
  { heading: "change", value: ({ change }) => change },
  { heading: "type", value: ({ type }) => type },
  { heading: "name", value: ({ name }) => name },
  { heading: "from", value: ({ from }) => from },
  { heading: "to", value: ({ to }) => to },
];

/** Tables first: what comes behind them needs them. Indexes that a constraint makes have no statement. */
const SCHEMA = `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL
  ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name`;

export function schemaCommand(): Command {
  return new Command("schema")
    .description("Show the definitions of tables, indexes, views and triggers.")
    .addCommand(show())
    .addCommand(diff());
}

function show(): Command {
  return new Command("show")
    .description("Print the CREATE statements of a branch, now or at a point in time.")
    .argument("[name]", "only the object of this name, and the indexes and triggers of a table of this name")
    .addOption(branchOption())
    .addOption(asOfOption())
    .action((name: string | undefined, options: ReadOptions, command: Command) => {
      const { branch, asOf } = placeOf(options);
      return withSession(command, branch, async ({ client, writer }) => {
        const sql =
          name === undefined
            ? SCHEMA
            : SCHEMA.replace("ORDER BY", "AND (name = $1 COLLATE NOCASE OR tbl_name = $1 COLLATE NOCASE)\n  ORDER BY");
        const { rows } = await client.sql.query(sql, { branch, asOf, params: name === undefined ? [] : [name] });
        const found = rows.map((row) => ({ type: String(row.type), name: String(row.name), sql: String(row.sql) }));
        writer.lines(found, definitionLines(found), found, DEFINITIONS);
      });
    });
}

function diff(): Command {
  return new Command("diff")
    .description("Show which definitions a branch has changed since its fork, or compare it with another state.")
    .argument("[branch]", "branch, or BRANCH@POINT for a point in time (default: as for --branch of other commands)")
    .option("--from <state>", "BRANCH or BRANCH@POINT to compare with (default: the parent at the fork)")
    .addOption(asOfOption())
    .action((place: string | undefined, options: { from?: string; asOf?: string }, command: Command) => {
      const { branch, asOf } = placeOf({ branch: place, asOf: options.asOf });
      return withSession(command, branch, async ({ client, writer }) => {
        const { from, to, schema } = await client.branches.diff(branch, { from: options.from, asOf, limit: 0 });
        writer.lines({ from, to, schema }, schemaDiffLines(from, to, schema), schema, DIFFERENCES);
      });
    });
}
