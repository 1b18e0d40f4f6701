import type { Tenant } from "@heliosdb/client";
import { Command } from "commander";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { type Field, note } from "../output/writer.js";
import { confirm, yesOption } from "../session/confirm.js";
import { withSession } from "../session/session.js";

const FIELDS: readonly Field<Tenant>[] = [
  { heading: "name", value: (tenant) => tenant.name },
  { heading: "created", value: (tenant) => tenant.createdAt },
];

export function tenantsCommand(): Command {
  return new Command("tenants")
    .alias("tenant")
    .description("Manage tenants. Each has its own database. Needs the server's own key.")
    .addCommand(list())
    .addCommand(get())
    .addCommand(create())
    .addCommand(remove());
}

function list(): Command {
  return new Command("list").description("List tenants, oldest first.").action((_options: unknown, command: Command) =>
    withSession(command, null, async ({ client, writer }) => {
      writer.list(await client.tenants.list(), FIELDS);
    }),
  );
}

function get(): Command {
  return new Command("get")
    .description("Show a tenant.")
    .argument("<name>", "name of the tenant")
    .action((name: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.tenants.get(name), FIELDS);
      }),
    );
}

function create(): Command {
  return new Command("create")
    .description("Create a tenant. Create its first key with: helios keys create --tenant.")
    .argument("<name>", "name of the tenant")
    .addOption(idempotencyOption())
    .action((name: string, { idempotencyKey }: RepeatableCommand, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.tenants.create(name, { idempotencyKey }), FIELDS);
      }),
    );
}

function remove(): Command {
  return new Command("delete")
    .description("Delete a tenant with its keys, users, branches and history. This can't be undone.")
    .argument("<name>", "name of the tenant")
    .addOption(yesOption())
    .action((name: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await confirm(command, `Delete tenant ${name} with all its branches and history?`);
        await client.tenants.delete(name);
        note(`Deleted ${name}`);
      }),
    );
}
