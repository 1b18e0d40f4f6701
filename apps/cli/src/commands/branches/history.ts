import type { CommitType, HistoryEntry } from "@heliosdb/client";
import { Command } from "commander";
import { branchAlone } from "../../input/branch-option.js";
import { takeUpTo } from "../../input/entries.js";
import { fieldOption } from "../../input/field-option.js";
import { wholeNumber } from "../../input/numbers.js";
import { changesText } from "../../output/changes.js";
import { type Field, note } from "../../output/writer.js";
import { withSession } from "../../session/session.js";
import { watched, watchOption } from "../../session/watch.js";

const FIELDS: readonly Field<HistoryEntry>[] = [
  { heading: "scn", value: (entry) => entry.scn },
  { heading: "time", value: (entry) => entry.timestamp },
  { heading: "type", value: (entry) => entry.type },
  { heading: "branch", value: (entry) => entry.branch },
  { heading: "author", value: (entry) => entry.author },
  { heading: "rows", value: (entry) => changesText(entry.tables) },
  { heading: "message", value: (entry) => entry.message ?? entry.summary },
];

interface HistoryOptions {
  readonly from?: string;
  readonly until?: string;
  readonly table?: string;
  readonly author?: string;
  readonly kind?: string;
  readonly limit?: number;
}

export function history(): Command {
  return new Command("history")
    .description("List a branch's commits, newest first, including its ancestors' commits before the fork.")
    .argument("[branch]", "name or id (default: as for --branch of other commands)")
    .addOption(fieldOption("getHistory.from", "--from <time>"))
    .addOption(fieldOption("getHistory.until", "--until <time>"))
    .addOption(fieldOption("getHistory.table", "--table <table>"))
    .addOption(fieldOption("getHistory.author", "--author <user>"))
    .addOption(fieldOption("getHistory.kind", "--kind <types>"))
    .option("--limit <commits>", "maximum number of commits (default: 50)", wholeNumber)
    .addOption(watchOption())
    .action((name: string | undefined, options: HistoryOptions, command: Command) => {
      const branch = branchAlone(name);
      const { kind, limit = 50, from, until, table, author } = options;
      const filter = { from, until, table, author };
      return withSession(command, branch, ({ client, writer }) =>
        watched(command, async () => {
          // The server knows the valid words, and refuses others with a list of them.
          const kinds = kind?.split(",") as CommitType[] | undefined;
          const commits = client.branches.commits(branch, { ...filter, kinds, limit: Math.min(limit + 1, 1000) });
          const { entries, more } = await takeUpTo(limit, commits);
          writer.list(entries, FIELDS);
          if (more) note(`Showing the newest ${limit} commits (see --limit)`);
        }),
      );
    });
}
