import type { RetentionSettings } from "@heliosdb/client";
import { Command } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import { durationText, seconds } from "../input/duration.js";
import { fieldOption } from "../input/field-option.js";
import { bytes } from "../input/size.js";
import type { Field } from "../output/writer.js";
import { withSession } from "../session/session.js";

/** Means null, which an option can't be. */
const FOREVER = "forever";
const UNLIMITED = "unlimited";

const FIELDS: readonly Field<RetentionSettings>[] = [
  { heading: "history", value: ({ historySeconds: age }) => (age === null ? FOREVER : durationText(age)) },
  { heading: "history bytes", value: (kept) => kept.historyBytes ?? UNLIMITED },
  { heading: "deleted branches", value: (kept) => durationText(kept.deletedSeconds) },
];

export function retentionCommand(): Command {
  return new Command("retention")
    .description("Show and change how long history is kept.")
    .addCommand(get())
    .addCommand(set());
}

function get(): Command {
  return new Command("get")
    .description("Show how long history and deleted branches are kept.")
    .action((_options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.retention.get(), FIELDS);
      }),
    );
}

interface SetOptions {
  readonly history?: number | typeof FOREVER;
  readonly historyBytes?: number | typeof UNLIMITED;
  readonly deleted?: number;
}

function set(): Command {
  return new Command("set")
    .description("Change how long history is kept. Options that are left out change nothing.")
    .addOption(
      fieldOption("setRetention.history_seconds", "--history <age>", {
        help: "maximum age of history, such as 30d or 12h, or forever",
        parse: (text) => (text === FOREVER ? text : seconds(text)),
      }),
    )
    .addOption(
      fieldOption("setRetention.history_bytes", "--history-bytes <size>", {
        help: "maximum size of a branch's history: bytes, a size such as 10GB, or unlimited",
        parse: (text) => (text === UNLIMITED ? text : bytes(text)),
      }),
    )
    .addOption(
      fieldOption("setRetention.deleted_seconds", "--deleted <age>", { forms: "an age such as 7d", parse: seconds }),
    )
    .action((options: SetOptions, command: Command) => {
      if (Object.keys(options).length === 0)
        throw new UsageError("Nothing to change. Give at least one option (see --help).");
      const { history, historyBytes, deleted } = options;
      return withSession(command, null, async ({ client, writer }) => {
        const set = await client.retention.set({
          historySeconds: history === FOREVER ? null : history,
          historyBytes: historyBytes === UNLIMITED ? null : historyBytes,
          deletedSeconds: deleted,
        });
        writer.one(set, FIELDS);
      });
    });
}
