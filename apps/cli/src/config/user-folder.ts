import { homedir } from "node:os";
import { join } from "node:path";

/** The user's folder for saved logins. */
export function configFolder(): string {
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "heliosdb");
}
