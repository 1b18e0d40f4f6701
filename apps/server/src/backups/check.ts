import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { damagedSecrets } from "../auth/saved-secret.js";
import { CATALOG } from "../catalog/open-catalog.js";
import type { DatabaseHostFactory } from "../database-host/database-host-factory.js";

/** Files with secrets, which only their owner may read. */
const SECRETS = [/\.key$/, /\.secret$/, new RegExp(`^${CATALOG.replace(".", "\\.")}$`)];

export interface CheckResult {
  readonly isWhole: boolean;
  /** Output for the user of the command. */
  readonly lines: readonly string[];
}

/** Checks whether a server can start on a data folder, or on a backup. The folder must not be in use. */
export async function checkDataFolder(hosts: DatabaseHostFactory, folder: string): Promise<CheckResult> {
  const dataDir = resolve(folder);
  if (!statSync(join(dataDir, CATALOG), { throwIfNoEntry: false })?.isFile()) {
    return { isWhole: false, lines: [`${dataDir} is not a data folder: ${CATALOG} is missing.`] };
  }
  const { databases, problems } = await hosts.check(dataDir, [CATALOG]);
  const lines: string[] = [];
  const wrong = [...problems, ...damagedSecrets(dataDir), ...openSecrets(dataDir)];
  for (const [name, found] of databases) {
    const { branches, files, scn } = found;
    wrong.push(...found.problems.map((problem) => `database ${name}: ${problem}`));
    if (found.problems.length > 0) continue;
    lines.push(`database ${name}: complete (${branches} branches, ${files} files, newest commit ${scn})`);
  }
  lines.push(...wrong.map((problem) => `PROBLEM ${problem}`));
  lines.push(wrong.length === 0 ? `${dataDir} is complete and undamaged` : `${dataDir} has ${wrong.length} problems`);
  return { isWhole: wrong.length === 0, lines };
}

function openSecrets(dataDir: string): string[] {
  const names = readdirSync(dataDir).filter((name) => SECRETS.some((form) => form.test(name)));
  return names
    .filter((name) => (statSync(join(dataDir, name)).mode & 0o077) !== 0)
    .map((name) => `${name} can be read by other users. Run chmod 600 on it.`);
}
