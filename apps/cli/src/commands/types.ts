import { generateTypes, type ValueForms } from "@heliosdb/client";
import { Command, Option } from "commander";
import { asOfOption, branchOption, placeOf, type ReadOptions } from "../input/branch-option.js";
import { write } from "../output/stdout.js";
import { withSession } from "../session/session.js";

export function typesCommand(): Command {
  return new Command("types")
    .description(
      "Write TypeScript interfaces for the rows of a branch's tables: helios types > db.ts. Whatever --output is, they are TypeScript.",
    )
    .addOption(branchOption())
    .addOption(asOfOption())
    .addOption(
      new Option("--integers <type>", "type of integers, the same as the client's option integers")
        .choices(["number", "bigint", "string"])
        .default("number"),
    )
    .addOption(
      new Option("--blobs <form>", "form of blobs, the same as the client's option blobs")
        .choices(["base64", "bytes"])
        .default("base64"),
    )
    .action((options: ReadOptions & ValueForms, command: Command) => {
      const { branch, asOf } = placeOf(options);
      const { integers, blobs } = options;
      return withSession(command, branch, async ({ client }) => {
        await write(generateTypes(await client.tables.list(branch, { asOf }), { integers, blobs }));
      });
    });
}
