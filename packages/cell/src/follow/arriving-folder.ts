import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readFolderId, sync } from "@heliosdb/journal";
import { Cell, type Connections, type Head } from "@heliosdb/store";
import { FollowedFolder, putAside } from "./followed-folder.js";
import { ReadAhead } from "./read-ahead.js";

const PREFIX = ".arriving-";

/** The folder of a database that another cell uses, on its way to this one. Its name is that of no database. */
export class ArrivingFolder {
  private readonly followed: FollowedFolder;
  private isOver = false;

  constructor(
    private readonly connections: Connections,
    private readonly databasesDir: string,
    /** Of its log. */
    private readonly stream: string,
  ) {
    this.followed = new FollowedFolder(this.path, `${this.path}.json`);
  }

  /** Removes what a node that ended has left of such folders. */
  static clear(databasesDir: string): void {
    for (const name of existsSync(databasesDir) ? readdirSync(databasesDir) : []) {
      if (name.startsWith(PREFIX)) rmSync(join(databasesDir, name), { recursive: true, force: true });
    }
  }

  /**
   * Applies what the log has by now.
   * @param cell the one that has the log
   * @returns the number of entries that were missing
   */
  async follow(cell: string): Promise<number> {
    const source = new Cell(this.connections, cell);
    const head = await this.headIn(source);
    if (head === null) return 0;
    const missing = head.seq - this.followed.applied;
    await this.followed.follow(head, new ReadAhead(source), () => this.isOver);
    return Math.max(0, missing);
  }

  /** Makes it the folder of a database of this cell, which has its log now. Without it, that is made from the log. */
  async settle(cell: string): Promise<void> {
    const source = new Cell(this.connections, cell);
    const head = await this.headIn(source);
    const place = join(this.databasesDir, this.stream);
    if (head !== null && readFolderId(place) !== head.folder) {
      await this.followed.follow(head, new ReadAhead(source), () => this.isOver);
      if (this.followed.isAt(head)) {
        this.followed.sync();
        putAside(place);
        renameSync(this.path, place);
        sync(this.databasesDir);
      }
    }
    this.giveUp();
  }

  /** Removes what is not needed any more. */
  giveUp(): void {
    this.isOver = true;
    this.followed.remove();
  }

  private get path(): string {
    return join(this.databasesDir, `${PREFIX}${this.stream}`);
  }

  private async headIn(source: Cell): Promise<Head | null> {
    const { heads } = await source.look();
    return heads.find(({ name }) => name === this.stream) ?? null;
  }
}
