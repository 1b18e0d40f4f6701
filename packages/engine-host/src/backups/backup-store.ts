import { constants } from "node:fs";
import { copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BackupInfo, HeliosError } from "@heliosdb/port";
import { backupExists, backupRunning } from "../errors/errors.js";
import type { Backups } from "./backups.js";
import { MANIFEST, manifestText, readManifest } from "./manifest.js";

/** Suffix of a backup's folder until it is complete. */
const UNFINISHED = ".unfinished";
/**
 * SQLite's own files, which are copied through SQLite or not at all; files that only test whether the disk is writable; and
 * what the folder is to a cell, to which the copy does not belong.
 */
const NOT_COPIED = /\.db(-wal|-shm|-journal)?$|^\.probe-|^cell\.json$/;

const LOCK = "lock.db";

/** Makes copies of the data folder, each of them a complete data folder. */
export class BackupStore {
  private isMaking = false;

  constructor(
    private readonly backups: Backups,
    private readonly dataDir: string,
    /** Where backups are kept, one folder each. */
    private readonly backupDir: string,
    /** Version of the software that makes them, for the manifest. */
    private readonly version: string,
  ) {}

  async make(name = timeName()): Promise<BackupInfo> {
    if (this.isMaking) throw backupRunning();
    this.isMaking = true;
    try {
      return await this.makeOne(name);
    } catch (error) {
      throw reported(error);
    } finally {
      this.isMaking = false;
    }
  }

  async list(): Promise<readonly BackupInfo[]> {
    const names = await readdir(this.backupDir).catch(() => []);
    const whole = names.filter((name) => !name.endsWith(UNFINISHED)).map((name) => readManifest(this.backupDir, name));
    return whole
      .filter((backup) => backup !== null)
      .sort((a, b) => b.createdAt - a.createdAt || compare(b.name, a.name));
  }

  private async makeOne(name: string): Promise<BackupInfo> {
    const path = join(this.backupDir, name);
    if (await exists(path)) throw backupExists(name);
    await mkdir(this.backupDir, { recursive: true, mode: 0o700 });
    const folder = `${path}${UNFINISHED}`;
    // Left by a server that ended in the middle of a backup.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    try {
      const createdAt = Math.floor(Date.now() / 1000);
      const copied = await this.backups.make(folder, await this.sqliteFiles());
      const secrets = await this.copyPlainFiles(folder);
      const files = copied.files + secrets.files;
      const made = { createdAt, databases: copied.databases, files, bytes: copied.bytes + secrets.bytes };
      await writeFile(join(folder, MANIFEST), manifestText(this.version, made), { mode: 0o600, flag: "wx" });
      await sync(join(folder, MANIFEST));
      await sync(folder);
      await rename(folder, path);
      await sync(this.backupDir);
      return { name, location: path, ...made };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * SQLite files beside the databases, except the folder's lock. They are copied first: what they say about a database
   * may be older than the database, but never newer.
   */
  private async sqliteFiles(): Promise<readonly string[]> {
    const names = (await readdir(this.dataDir)).filter((name) => name.endsWith(".db") && name !== LOCK);
    return names.map((name) => join(this.dataDir, name));
  }

  /** Secrets, and everything else in the data folder beside the databases. */
  private async copyPlainFiles(folder: string): Promise<{ files: number; bytes: number }> {
    let [files, bytes] = [0, 0];
    for (const name of await readdir(this.dataDir)) {
      const source = join(this.dataDir, name);
      const found = await stat(source).catch(() => null);
      if (!found?.isFile() || NOT_COPIED.test(name) || name === MANIFEST) continue;
      const target = join(folder, name);
      await copyFile(source, target, constants.COPYFILE_EXCL);
      const file = await open(target, "r+");
      try {
        await file.chmod(0o600);
        await file.sync();
      } finally {
        await file.close();
      }
      files++;
      bytes += found.size;
    }
    return { files, bytes };
  }
}

function timeName(): string {
  return `backup-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}`;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function reported(error: unknown): unknown {
  if (error instanceof HeliosError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `The backup can't be written to the server's disk (${code}). Check the disk, then try again.`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
