import { spawn } from "node:child_process";
import { Command } from "commander";
import { note } from "../output/writer.js";
import { withSession } from "../session/session.js";

/** The program that opens an address with the user's browser, by platform. */
const OPENERS: { readonly [platform: string]: readonly string[] } = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

export function openCommand(): Command {
  return new Command("open")
    .description("Open the server's API pages in a browser, and print their address.")
    .option("--print", "only print the address")
    .action((options: { print?: boolean }, command: Command) =>
      withSession(command, null, async ({ url, writer }) => {
        const page = `${url}/v1/docs`;
        writer.one({ url: page }, [{ heading: "url", value: (one) => one.url }]);
        if (!options.print && !(await opened(page))) note("No browser could be started. Open the address yourself.");
      }),
    );
}

/** Whether the program that opens browsers was found. It is not waited for: some live as long as the browser. */
function opened(page: string): Promise<boolean> {
  const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  return new Promise((resolve) => {
    const child = spawn(program!, [...args, page], { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
