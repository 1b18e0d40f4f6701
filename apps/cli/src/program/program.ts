import { Command, Option } from "commander";
import { auditCommand } from "../commands/audit.js";
import { backupsCommand } from "../commands/backups.js";
import { batchCommand } from "../commands/batch.js";
import { branchesCommand } from "../commands/branches/command.js";
import { diff } from "../commands/branches/diff.js";
import { history } from "../commands/branches/history.js";
import { merge } from "../commands/branches/merge.js";
import { completionCommand } from "../commands/completion.js";
import { dataCommand } from "../commands/data.js";
import { doctorCommand } from "../commands/doctor.js";
import { eventsCommand } from "../commands/events.js";
import { exportCommand } from "../commands/export.js";
import { importCommand } from "../commands/import.js";
import { keysCommand } from "../commands/keys.js";
import { loginCommand, logoutCommand } from "../commands/login.js";
import { openCommand } from "../commands/open.js";
import { queriesCommand } from "../commands/queries.js";
import { retentionCommand } from "../commands/retention.js";
import { schemaCommand } from "../commands/schema.js";
import { serveCommand } from "../commands/serve.js";
import { shellCommand } from "../commands/shell.js";
import { executeCommand, queryCommand } from "../commands/sql.js";
import { tablesCommand } from "../commands/tables.js";
import { tenantsCommand } from "../commands/tenants.js";
import { transactionsCommand } from "../commands/transactions.js";
import { typesCommand } from "../commands/types.js";
import { useCommand } from "../commands/use.js";
import { usersCommand } from "../commands/users.js";
import { webhooksCommand } from "../commands/webhooks.js";
import { completeCommand } from "../completion/command.js";
import { VERSION } from "../config/version.js";
import { FORMATS } from "../output/format.js";
import { FITS } from "../output/table.js";
import { setQuiet } from "../output/writer.js";
import type { GlobalOptions } from "../session/session.js";
import { pathOf } from "./path.js";

/** The whole tree of commands. */
export function makeProgram(): Command {
  const program = new Command("helios")
    .description("Work with a HeliosDB server: branches, rows and SQL, now or at any past point in time.")
    .version(VERSION)
    .addOption(
      new Option(
        "--url <url>",
        "URL of the server (default: HELIOSDB_URL, the .helios file, the saved login, or http://localhost:8080)",
      ),
    )
    .option("--profile <name>", "saved login to use (default: HELIOSDB_PROFILE, the .helios file, or default)")
    .addOption(
      new Option(
        "--ca <file>",
        "CA certificates to trust, in PEM form (default: HELIOSDB_CA, the saved login's, or the usual ones)",
      ),
    )
    .addOption(
      new Option("-o, --output <format>", "output format (default: table on a terminal, otherwise json)").choices(
        FORMATS,
      ),
    )
    .addOption(
      new Option("--fit <how>", "what to do with cells that are too wide for the terminal (default: cut)").choices(
        FITS,
      ),
    )
    .option("-v, --verbose", "write a line to stderr for each request")
    .option("-q, --quiet", "write data and errors only, no notes for people")
    .hook("preAction", (_root, command) => setQuiet(command.optsWithGlobals<GlobalOptions>().quiet === true))
    .addCommand(loginCommand())
    .addCommand(logoutCommand())
    .addCommand(useCommand())
    .addCommand(branchesCommand())
    .addCommand(diff())
    .addCommand(merge())
    .addCommand(history().alias("log"))
    .addCommand(tablesCommand())
    .addCommand(schemaCommand())
    .addCommand(typesCommand())
    .addCommand(dataCommand())
    .addCommand(shellCommand())
    .addCommand(queryCommand())
    .addCommand(executeCommand())
    .addCommand(batchCommand())
    .addCommand(transactionsCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(retentionCommand())
    .addCommand(auditCommand())
    .addCommand(keysCommand())
    .addCommand(usersCommand())
    .addCommand(tenantsCommand())
    .addCommand(backupsCommand())
    .addCommand(webhooksCommand())
    .addCommand(eventsCommand())
    .addCommand(queriesCommand())
    .addCommand(serveCommand())
    .addCommand(openCommand())
    .addCommand(doctorCommand())
    .addCommand(completionCommand());
  program.addCommand(completeCommand(program), { hidden: true });
  everyCommand(program, (command) => {
    command
      .exitOverride()
      .showHelpAfterError(`(see "${pathOf(command)} --help")`)
      .configureOutput({ outputError: (text, write) => write(withoutCommand(text)) })
      .helpCommand(false);
  });
  return program;
}

/** Commander's guess at a command is left out: it knows those of one level only, see suggestions.ts. */
function withoutCommand(error: string): string {
  return error.includes("unknown command") ? error.replace(/\n\(Did you mean [^\n]*\)/, "") : error;
}

function everyCommand(command: Command, action: (command: Command) => void): void {
  action(command);
  for (const child of command.commands) everyCommand(child, action);
}
