import { Command } from "commander";
import { placeOf } from "../input/branch-option.js";
import { defaultFormat, type GlobalOptions, withSession } from "../session/session.js";
import { runShell } from "../shell/run-shell.js";

export function shellCommand(): Command {
  return new Command("shell")
    .description("Run SQL as you type it, on a branch or at a point in time. Reads a script from stdin as well.")
    .argument("[branch]", "BRANCH or BRANCH@POINT to begin with (default: as for --branch of other commands)")
    .action((place: string | undefined, _options: unknown, command: Command) => {
      const { branch, asOf } = placeOf({ branch: place });
      const { output = defaultFormat(), fit = "cut" } = command.optsWithGlobals<GlobalOptions>();
      return withSession(command, branch, ({ client, url }) => {
        const settings = { branch, asOf, format: output, fit, expanded: false, timing: false, pager: true };
        return runShell({ client, url, settings });
      });
    });
}
