import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackupInfo } from "@heliosdb/port";

/** The file that describes a backup; a folder without it is not a backup. */
export const MANIFEST = "backup.json";

/** The description of a backup, without its name and location. */
export type ManifestFields = Omit<BackupInfo, "name" | "location">;

export function manifestText(version: string, { createdAt, databases, files, bytes }: ManifestFields): string {
  const manifest = { server_version: version, created_at: createdAt, databases, files, bytes };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Null for a folder that is not a backup. */
export function readManifest(folder: string, name: string): BackupInfo | null {
  const path = join(folder, name);
  try {
    const found = JSON.parse(readFileSync(join(path, MANIFEST), "utf8")) as { [name: string]: unknown };
    const [createdAt, databases, files, bytes] = [found.created_at, found.databases, found.files, found.bytes].map(
      Number,
    );
    if (![createdAt, databases, files, bytes].every(Number.isSafeInteger)) return null;
    return { name, location: path, createdAt: createdAt!, databases: databases!, files: files!, bytes: bytes! };
  } catch {
    return null;
  }
}
