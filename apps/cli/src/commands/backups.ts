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
    .description("Back up the server's whole data folder. Needs the server's own key.")
    .addCommand(create())
    .addCommand(list());
}

function create(): Command {
  return new Command("create")
    .description("Create a backup on the server's machine. Others can go on writing.")
    .argument("[name]", "name of the backup (default: the current time)")
    .action((name: string | undefined, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.backups.create({ name }), FIELDS);
      }),
    );
}

function list(): Command {
  return new Command("list")
    .description("List complete backups, newest first.")
    .action((_options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.list(await client.backups.list(), FIELDS);
      }),
    );
}
