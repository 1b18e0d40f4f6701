import { Command, Option } from "commander";
import { auditCommand } from "../commands/audit.js";
import { backupsCommand } from "../commands/backups.js";
import { batchCommand } from "../commands/batch.js";
import { branchesCommand } from "../commands/branches/command.js";
import { dataCommand } from "../commands/data.js";
import { exportCommand } from "../commands/export.js";
import { importCommand } from "../commands/import.js";
import { keysCommand } from "../commands/keys.js";
import { loginCommand, logoutCommand } from "../commands/login.js";
import { retentionCommand } from "../commands/retention.js";
import { executeCommand, queryCommand } from "../commands/sql.js";
import { tablesCommand } from "../commands/tables.js";
import { tenantsCommand } from "../commands/tenants.js";
import { usersCommand } from "../commands/users.js";
import { webhooksCommand } from "../commands/webhooks.js";
import { FORMATS } from "../output/format.js";
import { VERSION } from "./version.js";

/** The whole tree of commands. */
export function makeProgram(): Command {
  const program = new Command("helios")
    .description("Work with a HeliosDB server: branches, rows and SQL, now or at any past point in time.")
    .version(VERSION)
    .addOption(
      new Option("--url <url>", "URL of the server (default: HELIOSDB_URL, the saved login, or http://localhost:8080)"),
    )
    .addOption(
      new Option("-o, --output <format>", "output format (default: table on a terminal, otherwise json)").choices(
        FORMATS,
      ),
    )
    .addCommand(loginCommand())
    .addCommand(logoutCommand())
    .addCommand(branchesCommand())
    .addCommand(tablesCommand())
    .addCommand(dataCommand())
    .addCommand(queryCommand())
    .addCommand(executeCommand())
    .addCommand(batchCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(retentionCommand())
    .addCommand(auditCommand())
    .addCommand(keysCommand())
    .addCommand(usersCommand())
    .addCommand(tenantsCommand())
    .addCommand(backupsCommand())
    .addCommand(webhooksCommand());
  everyCommand(program, (command) => {
    command
      .exitOverride()
      .showHelpAfterError(`(see "${pathOf(command)} --help")`)
      .helpCommand(false);
  });
  return program;
}

/** The command with its parents: `helios branches create`. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function everyCommand(command: Command, action: (command: Command) => void): void {
  action(command);
  for (const child of command.commands) everyCommand(child, action);
}
