import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { UsageError } from "../errors/exit-codes.js";

const PACKAGE = "@heliosdb/server";
/** They end the server too; it has requests in hand to finish, so the command waits for it. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const PARENT_LOOK_MS = 500;

export function serveCommand(): Command {
  return new Command("serve")
    .description(
      `Start a server in the foreground. It takes the options of ${PACKAGE}, which must be installed; "helios serve --help" lists them.`,
    )
    .argument("[options...]", "options of the server, such as --api-port 9000 or --data-dir ./data")
    .helpOption(false)
    .allowUnknownOption()
    .action(async (_options: readonly string[], _unused: unknown, command: Command) => {
      process.exitCode = await served(serverProgram(), command.args);
    });
}

/** The server's program: that of the folder's project, or else one that is installed beside the command. */
function serverProgram(): string {
  for (const from of [join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      const manifest = createRequire(from).resolve(`${PACKAGE}/package.json`);
      const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { heliosdb: string } };
      return join(dirname(manifest), bin.heliosdb);
    } catch {
      // Not there; the next place may have it.
    }
  }
  throw new UsageError(
    `${PACKAGE} is not installed. Run "npm install ${PACKAGE}", or start it with "npx ${PACKAGE}"; in a checkout of HeliosDB, with "npm start".`,
  );
}

function served(program: string, args: readonly string[]): Promise<number> {
  const parent = process.ppid;
  const child = spawn(process.execPath, [program, ...args], { stdio: "inherit" });
  for (const signal of SIGNALS) {
    // At a terminal the server hears Ctrl-C itself; a second SIGTERM would end it at once.
    process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  // npx passes a signal on to its shell only, which ends without telling anybody.
  const watch = setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), PARENT_LOOK_MS);
  if (process.env.npm_lifecycle_event !== "npx") clearInterval(watch);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal === "SIGKILL" ? 137 : 1));
    });
  });
}
