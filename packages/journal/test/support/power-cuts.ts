import { existsSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { FRAME_HEADER, LOG_HEADER } from "@heliosdb/engine/log-format";
import type { LogPosition } from "../../src/entry/format.js";
import { WalReader } from "../../src/wal/wal-reader.js";

type Positions = ReadonlyMap<string, LogPosition>;

/** Takes from a folder what its disk need not have had yet: the ends of logs of branch files. */
export class PowerCuts {
  /** What the disk surely has. */
  private durable = new Map<string, LogPosition>();
  /** Frames that were lost. */
  lost = 0;

  constructor(
    private readonly folder: string,
    /** A number from 0 to 4. */
    private readonly choose: () => number,
  ) {}

  /** The disk has everything. */
  synced(): void {
    this.durable = new Map(positionsIn(this.folder));
  }

  /** The disk has what was committed since, in those files to which it was. */
  committed(before: Positions): void {
    for (const [path, position] of positionsIn(this.folder)) {
      if (before.get(path)?.salts !== position.salts || before.get(path)?.frames !== position.frames) {
        this.durable.set(path, position);
      }
    }
  }

  now(): Positions {
    return positionsIn(this.folder);
  }

  cut(pageSize = 4096): void {
    for (const [path, { salts, frames }] of positionsIn(this.folder)) {
      const kept = this.durable.get(path);
      const least = kept?.salts === salts ? kept.frames : 0;
      const left = least + Math.floor(((frames - least) * this.choose()) / 4);
      this.lost += frames - left;
      truncateSync(path, LOG_HEADER + left * (pageSize + FRAME_HEADER));
    }
    this.synced();
  }
}

function positionsIn(folder: string): Positions {
  const branches = join(folder, "branches");
  const found = new Map<string, LogPosition>();
  if (!existsSync(branches)) return found;
  for (const name of readdirSync(branches)) {
    if (!name.endsWith("-wal")) continue;
    const log = new WalReader(join(branches, name));
    log.collect();
    if (log.position) found.set(join(branches, name), log.position);
    log.close();
  }
  return found;
}
