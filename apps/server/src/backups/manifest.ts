import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVER_VERSION } from "../util/server-version.js";
import type { BackupInfo } from "./backup-info.js";

/** What a backup says of itself; a folder without it is no backup. */
export const MANIFEST = "backup.json";

export function manifestText({ createdAt, databases, files, bytes }: Omit<BackupInfo, "name" | "path">): string {
  const manifest = { server_version: SERVER_VERSION, created_at: createdAt, databases, files, bytes };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Null for a folder that is no backup. */
export function readManifest(folder: string, name: string): BackupInfo | null {
  const path = join(folder, name);
  try {
    const found = JSON.parse(readFileSync(join(path, MANIFEST), "utf8")) as { [name: string]: unknown };
    const [createdAt, databases, files, bytes] = [found.created_at, found.databases, found.files, found.bytes].map(
      Number,
    );
    if (![createdAt, databases, files, bytes].every(Number.isSafeInteger)) return null;
    return { name, path, createdAt: createdAt!, databases: databases!, files: files!, bytes: bytes! };
  } catch {
    return null;
  }
}
