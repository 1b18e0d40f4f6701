import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Head } from "@heliosdb/store";
import { FollowedFolder, type LogSource } from "./followed-folder.js";

/** Time after which what was applied is made durable, in ms. */
const SYNC_MS = 30_000;

/** Keeps the folders of all databases of a cell up to their logs. */
export class Follower {
  private readonly folders = new Map<string, FollowedFolder>();
  private syncedAt = performance.now();
  private isStopped = false;

  constructor(
    private readonly databasesDir: string,
    private readonly positionsDir: string,
    /** The folder of a log that is no database's. */
    private readonly own: { readonly name: string; readonly folder: string },
    private readonly source: LogSource,
  ) {
    if (existsSync(own.folder)) this.folder(own.name);
    for (const name of namesIn(databasesDir)) this.folder(name);
  }

  /** Entries that the folders don't have yet. */
  behind(heads: readonly Head[]): number {
    return heads.reduce((sum, { name, seq }) => sum + Math.max(0, seq - (this.folders.get(name)?.applied ?? 0)), 0);
  }

  /** Whether the folders are those of exactly these ends. */
  isAt(heads: readonly Head[]): boolean {
    return heads.every((head) => this.folders.get(head.name)?.isAt(head)) && this.folders.size === heads.length;
  }

  /** Applies what is missing up to these ends of all logs, and removes the folders of dropped databases. */
  async follow(heads: readonly Head[]): Promise<void> {
    const names = new Set(heads.map(({ name }) => name));
    for (const [name, folder] of this.folders) {
      if (names.has(name)) continue;
      folder.remove();
      this.folders.delete(name);
    }
    for (const head of heads) await this.folder(head.name).follow(head, this.source, () => this.isStopped);
    if (performance.now() - this.syncedAt > SYNC_MS) this.sync();
  }

  /** Makes what was applied durable. */
  sync(): void {
    for (const folder of this.folders.values()) folder.sync();
    this.syncedAt = performance.now();
  }

  /** Ends after the entry that is being applied. */
  stop(): void {
    this.isStopped = true;
  }

  /** What it knows of the folders counts no more: databases are opened in them. */
  end(): void {
    this.stop();
    this.folders.clear();
    rmSync(this.positionsDir, { recursive: true, force: true });
  }

  private folder(name: string): FollowedFolder {
    let folder = this.folders.get(name);
    if (!folder) {
      const { own, databasesDir, positionsDir } = this;
      const path = name === own.name ? own.folder : join(databasesDir, name);
      folder = new FollowedFolder(path, join(positionsDir, `${name}.json`));
      this.folders.set(name, folder);
    }
    return folder;
  }
}

/** The databases in a folder. */
export function namesIn(databasesDir: string): readonly string[] {
  if (!existsSync(databasesDir)) return [];
  return readdirSync(databasesDir).filter((name) => !name.startsWith("."));
}
