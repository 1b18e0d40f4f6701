import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { removeFolderId, sync } from "@heliosdb/journal";
import type { Head } from "@heliosdb/store";
import { namesIn } from "../follow/follower.js";
import { OWN_STREAM } from "../own/own-files.js";
import { installOwnFiles, ownFolder } from "../own/own-folder.js";
import type { FolderPlace } from "./folder-at.js";

/** A log that was only begun makes no folder. */
export function hasEntries({ seq }: Head): boolean {
  return seq > 0;
}

/** Where the folders of a data folder are while they are made from their logs, as a standby has them. */
export class DataFolder {
  /** Makes one. Throws unless there is nothing at its place, or an empty folder. */
  static begin(path: string): DataFolder {
    if (existsSync(path)) {
      if (!statSync(path).isDirectory()) throw new Error(`${path} is not a folder`);
      if (readdirSync(path).length > 0) throw new Error(`${path} is not empty`);
    }
    mkdirSync(join(path, "databases"), { recursive: true, mode: 0o700 });
    return new DataFolder(path);
  }

  constructor(readonly path: string) {}

  /** The place of a log's folder. */
  placeOf({ name }: Pick<Head, "name">): FolderPlace {
    const folder = name === OWN_STREAM ? ownFolder(this.path) : join(this.path, "databases", name);
    return { folder, positionFile: join(this.path, "replica", `${name}.json`) };
  }

  /** Makes it one of a server of its own. The catalog comes last: without it, no server starts on the databases. */
  finish(): void {
    const databases = join(this.path, "databases");
    for (const name of namesIn(databases)) {
      removeFolderId(join(databases, name));
      sync(join(databases, name));
    }
    sync(databases);
    rmSync(join(this.path, "replica"), { recursive: true, force: true });
    installOwnFiles(this.path);
    rmSync(ownFolder(this.path), { recursive: true, force: true });
    sync(this.path);
  }

  /** Removes all that was made, and leaves the folder itself. */
  clear(): void {
    for (const name of readdirSync(this.path)) rmSync(join(this.path, name), { recursive: true, force: true });
  }
}
