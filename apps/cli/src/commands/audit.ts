import type { AuditEntry, AuditFilter } from "@heliosdb/client";
import { Command } from "commander";
import { takeUpTo } from "../input/entries.js";
import { fieldOption } from "../input/field-option.js";
import { wholeNumber } from "../input/numbers.js";
import { type Field, note } from "../output/writer.js";
import { withSession } from "../session/session.js";

const FIELDS: readonly Field<AuditEntry>[] = [
  { heading: "time", value: (entry) => entry.time },
  { heading: "user", value: (entry) => entry.userId },
  { heading: "key", value: (entry) => entry.keyId },
  { heading: "from", value: (entry) => entry.address },
  { heading: "operation", value: (entry) => entry.operation },
  { heading: "branch", value: (entry) => entry.branch },
  { heading: "object", value: (entry) => entry.object },
  { heading: "scn", value: (entry) => entry.scn },
  { heading: "outcome", value: (entry) => entry.code ?? "done" },
];

export function auditCommand(): Command {
  return new Command("audit").description("The audit log: who did what.").addCommand(list()).addCommand(exportAll());
}

function list(): Command {
  return filtered("list")
    .description("List the entries of the audit log, newest first.")
    .option("--limit <entries>", "maximum number of entries (default: 50)", wholeNumber)
    .action(({ limit = 50, ...filter }: AuditFilter & { limit?: number }, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        const entries = client.audit.entries({ ...filter, limit: Math.min(limit + 1, 1000) });
        const found = await takeUpTo(limit, entries);
        writer.list(found.entries, FIELDS);
        if (found.more) note(`Showing the newest ${limit} entries (see --limit)`);
      }),
    );
}

function exportAll(): Command {
  return filtered("export")
    .description("Write all matching entries to stdout as JSON lines, oldest first.")
    .action((filter: AuditFilter, command: Command) =>
      withSession(command, null, async ({ client }) => {
        for await (const entry of client.audit.export(filter)) process.stdout.write(`${JSON.stringify(entry)}\n`);
      }),
    );
}

function filtered(name: string): Command {
  return new Command(name)
    .addOption(fieldOption("listAudit.from", "--from <time>"))
    .addOption(fieldOption("listAudit.until", "--until <time>"))
    .addOption(fieldOption("listAudit.user", "--user <user>"))
    .addOption(fieldOption("listAudit.key", "--key <id>"))
    .addOption(fieldOption("listAudit.operation", "--operation <id>"))
    .addOption(fieldOption("listAudit.branch", "--branch <branch>"))
    .addOption(fieldOption("listAudit.outcome", "--outcome <outcome>"))
    .addOption(fieldOption("listAudit.trace_id", "--trace-id <id>"))
    .addOption(fieldOption("listAudit.request_id", "--request-id <id>"));
}
