import type { CancelledQuery, RunningQuery } from "@heliosdb/client";
import { Command } from "commander";
import type { Field } from "../output/writer.js";
import { withSession } from "../session/session.js";

const FIELDS: readonly Field<RunningQuery>[] = [
  { heading: "id", value: (query) => query.id },
  { heading: "ms", value: (query) => query.elapsedMs },
  { heading: "user", value: (query) => query.userId },
  { heading: "operation", value: (query) => query.operation },
  { heading: "branch", value: (query) => query.branch },
  { heading: "state", value: (query) => query.state },
  { heading: "sql", value: (query) => query.sql },
];

const CANCELLED: readonly Field<CancelledQuery>[] = [
  { heading: "id", value: (cancelled) => cancelled.id },
  { heading: "outcome", value: (cancelled) => cancelled.outcome },
];

export function queriesCommand(): Command {
  return new Command("queries")
    .description("See what the database is busy with, and cancel it.")
    .addCommand(list())
    .addCommand(cancel());
}

function list(): Command {
  return new Command("list")
    .description("List your running queries, oldest first; as an administrator, everybody's.")
    .action((_options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.list(await client.queries.list(), FIELDS);
      }),
    );
}

function cancel(): Command {
  return new Command("cancel")
    .description(
      "Cancel a running query. The outcome is cancelled (nothing of it was written), finished (it ended before it could be stopped) or stopping.",
    )
    .argument("<query>", "id of the query")
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.queries.cancel(id), CANCELLED);
      }),
    );
}
