import { Argument, Command } from "commander";
import { bashScript, fishScript, zshScript } from "../completion/scripts.js";

const SCRIPTS: { readonly [shell: string]: () => string } = { bash: bashScript, zsh: zshScript, fish: fishScript };

export function completionCommand(): Command {
  return new Command("completion")
    .description("Print the script by which a shell completes commands, options, branches and tables.")
    .addArgument(new Argument("<shell>").choices(Object.keys(SCRIPTS)))
    .action((shell: string) => {
      process.stdout.write(SCRIPTS[shell]!());
    });
}
