import { resolve } from "node:path";
import { Command } from "commander";
import { clientFor, newLogin } from "../config/connection.js";
import { checkEnvironment } from "../config/environment.js";
import { loginPath, removeLogin, saveLogin } from "../config/login-file.js";
import { adviceFor } from "../errors/advice.js";
import { textFrom } from "../input/text.js";
import { note } from "../output/writer.js";
import { annotate } from "../session/report.js";
import type { GlobalOptions } from "../session/session.js";

export function loginCommand(): Command {
  return new Command("login")
    .description(
      "Check an API key with the server of --url, and save both, as a profile, in a file that only you can read.",
    )
    .requiredOption("--api-key <key>", 'the key; "-" reads stdin, which keeps it out of the shell\'s history')
    .action(async (options: { apiKey: string }, command: Command) => {
      checkEnvironment();
      const { profile, url, ca } = newLogin(command.optsWithGlobals<GlobalOptions>());
      const path = loginPath(profile);
      const apiKey = textFrom("the API key", options.apiKey, undefined).trim();
      const login = { url, apiKey, ...(ca && { ca: resolve(ca.file) }) };
      const client = clientFor({ url, apiKey, ca });
      try {
        const identity = await client.auth.me();
        saveLogin(login, profile);
        note(`Logged in to ${login.url} as ${identity.userId} (${identity.scopes.join(", ")}); saved in ${path}`);
      } catch (error) {
        annotate(error, adviceFor(error, login));
        throw error;
      } finally {
        await client.close();
      }
    });
}

export function logoutCommand(): Command {
  return new Command("logout")
    .description("Remove the saved login of a profile.")
    .action((_options: unknown, command: Command) => {
      checkEnvironment();
      const { profile } = newLogin(command.optsWithGlobals<GlobalOptions>());
      note(removeLogin(profile) ? `Removed ${loginPath(profile)}` : "No login was saved");
    });
}
