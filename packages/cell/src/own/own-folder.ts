import { chmodSync, copyFileSync, existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folderId, sync } from "@heliosdb/journal";

export const CATALOG = "catalog.db";
export const SECRETS = ["jwt.secret", "admin.key", "signing.key"];

/** What a standby has of the active node's own files. The id of the folder stays with a node that is active. */
export function ownFolder(dataDir: string): string {
  return join(dataDir, "own");
}

/** Id of the folder whose log a node's own files have. */
export function ownFolderId(dataDir: string): string {
  return folderId(ownFolder(dataDir));
}

/** Puts what the log has in place of a node's own files, before anybody opens them. It may be repeated. */
export function installOwnFiles(dataDir: string): void {
  removeOwnFiles(dataDir);
  const from = ownFolder(dataDir);
  if (!existsSync(from)) return;
  const there = readdirSync(from);
  // The catalog comes last: without it, a server would refuse to make another one for the databases.
  for (const name of [...SECRETS, CATALOG].filter((each) => there.includes(each))) {
    const next = join(dataDir, `${name}.next`);
    copyFileSync(join(from, name), next);
    chmodSync(next, 0o600);
    sync(next);
    renameSync(next, join(dataDir, name));
  }
  sync(dataDir);
}

/** Removes a node's own files that are behind or ahead of the log. */
export function removeOwnFiles(dataDir: string): void {
  for (const name of [CATALOG, ...SECRETS]) {
    for (const suffix of ["-wal", "-shm", ""]) rmSync(join(dataDir, `${name}${suffix}`), { force: true });
  }
}
