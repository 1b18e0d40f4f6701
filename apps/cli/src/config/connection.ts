import { HeliosDBClient } from "@heliosdb/client";
import { UsageError } from "../errors/exit-codes.js";
import { caFor } from "./ca.js";
import { loginPath, readLogin } from "./login-file.js";

const DEFAULT_URL = "http://localhost:8080";

export interface Connection {
  readonly url: string;
  readonly apiKey: string | undefined;
}

/**
 * The server's address and the key: from the option, else the environment, else the saved login, else this machine. The
 * saved key is sent only to the server that it was saved for.
 */
export function connectionOf(urlOption: string | undefined): Connection {
  const login = readLogin();
  const url = trimmed(urlOption || process.env.HELIOSDB_URL || login?.url || DEFAULT_URL);
  const apiKey = process.env.HELIOSDB_API_KEY || (login && trimmed(login.url) === url ? login.apiKey : undefined);
  return { url, apiKey };
}

/** @param caOption the file of `--ca` */
export function clientFor(connection: Connection, caOption: string | undefined): HeliosDBClient {
  const ca = caFor(caOption, connection.url);
  try {
    return new HeliosDBClient({ baseUrl: connection.url, apiKey: connection.apiKey, ca });
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (from --url, HELIOSDB_URL or ${loginPath()})`);
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}
