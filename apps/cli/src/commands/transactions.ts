import type { EndedTransaction, Transaction } from "@heliosdb/client";
import { Command } from "commander";
import { asOfOption, branchAlone, placeOf } from "../input/branch-option.js";
import { fieldOption } from "../input/field-option.js";
import type { Field } from "../output/writer.js";
import { withSession } from "../session/session.js";

const FIELDS: readonly Field<Transaction>[] = [
  { heading: "id", value: (open) => open.id },
  { heading: "branch", value: (open) => open.branch },
  { heading: "mode", value: (open) => open.mode },
  { heading: "state", value: (open) => open.state },
  { heading: "scn", value: (open) => open.scn },
  { heading: "expires", value: (open) => open.expiresAt },
  { heading: "ends", value: (open) => open.endsAt },
];

const ENDED: readonly Field<EndedTransaction>[] = [
  { heading: "id", value: (ended) => ended.id },
  { heading: "committed", value: (ended) => ended.committed },
  { heading: "changed", value: (ended) => ended.changed },
  { heading: "scn", value: (ended) => ended.scn },
  { heading: "time", value: (ended) => ended.timestamp },
];

export function transactionsCommand(): Command {
  return new Command("transactions")
    .alias("transaction")
    .description("Make several statements one commit. In the shell, BEGIN and COMMIT do this.")
    .addCommand(begin())
    .addCommand(list())
    .addCommand(show())
    .addCommand(renew())
    .addCommand(commit())
    .addCommand(rollback())
    .addCommand(end());
}

interface BeginOptions {
  readonly mode?: "read" | "deferred" | "write";
  readonly asOf?: string;
  readonly message?: string;
  readonly wait?: number;
  readonly idle?: number;
  readonly max?: number;
}

function begin(): Command {
  return new Command("begin")
    .description("Begin a transaction. Statements with --transaction ID are part of it.")
    .argument("<branch>", "branch, or BRANCH@POINT for one that reads a point in time")
    .addOption(fieldOption("beginTransaction.mode", "--mode <mode>"))
    .addOption(asOfOption("beginTransaction.as_of"))
    .addOption(fieldOption("beginTransaction.message", "-m, --message <text>"))
    .addOption(fieldOption("beginTransaction.wait_ms", "--wait <ms>"))
    .addOption(fieldOption("beginTransaction.idle_ms", "--idle <ms>"))
    .addOption(fieldOption("beginTransaction.max_ms", "--max <ms>"))
    .action((place: string, options: BeginOptions, command: Command) => {
      const { branch, asOf } = placeOf({ branch: place, asOf: options.asOf });
      const { mode, message, wait: waitMs, idle: idleMs, max: maxMs } = options;
      return withSession(command, branch, async ({ client, writer }) => {
        writer.one(await client.transactions.begin(branch, { mode, asOf, message, waitMs, idleMs, maxMs }), FIELDS);
      });
    });
}

function list(): Command {
  return new Command("list")
    .description("List your open transactions on a branch; as an administrator, everybody's.")
    .argument("<branch>", "name or id")
    .action((name: string, _options: unknown, command: Command) => {
      const branch = branchAlone(name);
      return withSession(command, branch, async ({ client, writer }) => {
        writer.list(await client.transactions.list(branch), FIELDS);
      });
    });
}

function show(): Command {
  return one("show", "Show a transaction.").action((name: string, id: string, _options: unknown, command: Command) => {
    const branch = branchAlone(name);
    return withSession(command, branch, async ({ client, writer }) => {
      writer.one(await client.transactions.get(branch, id), FIELDS);
    });
  });
}

function renew(): Command {
  return one("renew", "Let a transaction wait again for its next request.")
    .addOption(fieldOption("renewTransaction.idle_ms", "--idle <ms>"))
    .action((name: string, id: string, { idle: idleMs }: { readonly idle?: number }, command: Command) => {
      const branch = branchAlone(name);
      return withSession(command, branch, async ({ client, writer }) => {
        writer.one(await client.transactions.renew(branch, id, { idleMs }), FIELDS);
      });
    });
}

function commit(): Command {
  return one("commit", "Commit a transaction. Committing again shows the same commit.")
    .addOption(fieldOption("commitTransaction.message", "-m, --message <text>"))
    .action((name: string, id: string, { message }: { readonly message?: string }, command: Command) => {
      const branch = branchAlone(name);
      return withSession(command, branch, async ({ client, writer }) => {
        writer.one(await client.transactions.commit(branch, id, { message }), ENDED);
      });
    });
}

function rollback(): Command {
  return one("rollback", "Roll back a transaction.").action(
    (name: string, id: string, _options: unknown, command: Command) => {
      const branch = branchAlone(name);
      return withSession(command, branch, async ({ client, writer }) => {
        writer.one(await client.transactions.rollBack(branch, id), ENDED);
      });
    },
  );
}

function end(): Command {
  return one("end", "Roll back anybody's transaction, as an administrator.").action(
    (name: string, id: string, _options: unknown, command: Command) => {
      const branch = branchAlone(name);
      return withSession(command, branch, async ({ client, writer }) => {
        writer.one(await client.transactions.end(branch, id), ENDED);
      });
    },
  );
}

function one(name: string, description: string): Command {
  return new Command(name).description(description).argument("<branch>", "name or id").argument("<id>", "transaction");
}
