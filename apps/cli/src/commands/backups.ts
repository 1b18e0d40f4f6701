import type { Backup } from "@heliosdb/client";
import { Command } from "commander";
import type { Field } from "../output/writer.js";
import { withSession } from "../session/session.js";

const FIELDS: readonly Field<Backup>[] = [
  { heading: "name", value: ({ name }) => name },
  { heading: "created", value: ({ createdAt }) => createdAt },
  { heading: "databases", value: ({ databases }) => databases },
  { heading: "bytes", value: ({ sizeBytes }) => sizeBytes },
  { heading: "path", value: ({ path }) => path },
];

export function backupsCommand(): Command {
  return new Command("backups")
    .description("Copies of the server's whole data folder; for the server's own key.")
    .addCommand(create())
    .addCommand(list());
}

function create(): Command {
  return new Command("create")
    .description("Back everything up to a folder on the server's machine, while others go on writing.")
    .argument("[name]", "the name of the folder (default: the time)")
    .action((name: string | undefined, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.backups.create({ name }), FIELDS);
      }),
    );
}

function list(): Command {
  return new Command("list")
    .description("List the backups that are complete, newest first.")
    .action((_options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.list(await client.backups.list(), FIELDS);
      }),
    );
}
