import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ConnectionOptions, clientFor, connectionOf } from "../config/connection.js";
import { writePrivateFile } from "../config/private-file.js";
import { cacheFolder } from "../config/user-folder.js";
import { branchAlone } from "../input/branch-option.js";
import type { Names } from "./complete.js";

/** A shell asks at every press of a key; nobody makes branches that fast. */
const FRESH_MS = 10_000;
/** Nobody waits longer for a completion. */
const TIMEOUT_MS = 1500;

/** The server's names, kept for some seconds in the user's cache. Without a server there are none. */
export function serverNames(): Names {
  return {
    branches: (given) =>
      cached(given, "branches", async (client) => (await client.branches.list()).branches.map(({ name }) => name)),
    tables: (given) => {
      const branch = branchAlone(given.branch?.split("@")[0]);
      const ask = async (client: Client) => (await client.tables.list(branch)).map(({ name }) => name);
      return cached(given, `tables ${branch}`, ask);
    },
  };
}

type Client = ReturnType<typeof clientFor>;

async function cached(
  { url, profile, ca }: ConnectionOptions,
  what: string,
  ask: (client: Client) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const connection = connectionOf({ url, profile, ca });
  const path = cachePath(`${connection.url} ${connection.apiKey ?? ""} ${what}`);
  const known = read(path);
  if (known) return known;
  const client = clientFor(connection);
  try {
    const names = await Promise.race([ask(client), tooLate()]);
    writePrivateFile(path, JSON.stringify(names));
    return names;
  } finally {
    void client.close();
  }
}

/** The name has a hash of the key: what another key may see is nobody else's. */
function cachePath(of: string): string {
  return join(cacheFolder(), "completion", `${createHash("sha256").update(of).digest("hex").slice(0, 32)}.json`);
}

function read(path: string): readonly string[] | null {
  try {
    if (Date.now() - statSync(path).mtimeMs > FRESH_MS) return null;
    return JSON.parse(readFileSync(path, "utf8")) as string[];
  } catch {
    return null;
  }
}

function tooLate(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error("The server takes too long.")), TIMEOUT_MS).unref();
  });
}
