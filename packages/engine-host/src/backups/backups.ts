import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CopiedFiles } from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import type { ProcessLaunch } from "../process/worker-process.js";
import type { DatabaseWrites } from "../writers/database-writes.js";
import { BackupProcess } from "./backup-process.js";

export interface BackupsOptions {
  readonly databasesDir: string;
  readonly launch: ProcessLaunch;
  readonly writesOf: (database: string) => DatabaseWrites;
}

/**
 * Copies whole data folders while they are in use. Writes to a database pause only while its files are opened; the copy
 * has the content of that instant.
 */
export class Backups {
  private running: BackupProcess | null = null;

  constructor(private readonly options: BackupsOptions) {}

  /** Copies SQLite files to a folder first, and then every database. One call at a time. */
  async make(folder: string, alongside: readonly string[]): Promise<CopiedFiles & { readonly databases: number }> {
    const process = new BackupProcess(this.options.launch);
    this.running = process;
    try {
      await process.ready();
      let [files, bytes, databases] = [0, 0, 0];
      const copyHeld = async () => {
        const copied = await process.copy();
        files += copied.files;
        bytes += copied.bytes;
      };
      for (const file of alongside) {
        await process.hold("file", file, join(folder, basename(file)));
        await copyHeld();
      }
      for (const name of await this.databases()) {
        const source = join(this.options.databasesDir, name);
        const target = join(folder, "databases", name);
        if (!(await this.hold(process, name, source, target))) continue;
        await copyHeld();
        databases++;
      }
      return { databases, files, bytes };
    } finally {
      this.running = null;
      await process.end();
    }
  }

  /** Cancels a running backup. */
  cancel(): void {
    this.running?.cancel();
  }

  /** False for a database that was dropped meanwhile. */
  private async hold(process: BackupProcess, name: string, source: string, target: string): Promise<boolean> {
    if (!existsSync(join(source, "meta.db"))) return false;
    try {
      await this.options.writesOf(name).whileStill(() => process.hold("database", source, target));
      return true;
    } catch (error) {
      if (error instanceof HeliosError && error.code === "TENANT_NOT_FOUND") return false;
      throw error;
    }
  }

  private async databases(): Promise<string[]> {
    const names = await readdir(this.options.databasesDir);
    return names.filter((name) => /^[A-Za-z0-9_-]+$/.test(name));
  }
}
