import type { MetaDb } from "./meta-db.js";

/** The number of SCNs, and the time span, reserved at once: a crash may skip that much. */
const SCN_BLOCK = 10_000;
const TIME_BLOCK = 1_000_000;

/**
 * The engine's time in microseconds since 1970: the wall clock plus an offset that is part of the data, not a setting
 * of the host.
 */
export function engineTime(offsetMs: number): number {
  return (Date.now() + offsetMs) * 1000;
}

/**
 * Gives out SCNs and times, each strictly rising over the whole database. Ceilings are reserved durably in meta.db
 * before anything below them is used. After a crash, numbering continues from the ceiling, without scanning a branch
 * file.
 */
export class Allocator {
  private nextScn: number;
  private scnCeiling: number;
  private toldScn = 0;
  private lastTime: number;
  private timeCeiling: number;

  constructor(
    private readonly meta: MetaDb,
    private readonly offsetMs: number,
  ) {
    this.scnCeiling = meta.get("scn_ceiling") ?? 1;
    this.nextScn = this.scnCeiling;
    this.timeCeiling = meta.get("time_ceiling") ?? 0;
    this.lastTime = this.timeCeiling;
  }

  scn(): number {
    if (this.nextScn >= this.scnCeiling) {
      this.meta.set("scn_ceiling", this.nextScn + SCN_BLOCK);
      this.scnCeiling = this.nextScn + SCN_BLOCK;
    }
    return this.nextScn++;
  }

  /**
   * The last SCN given out, told to those who ask what has happened so far. Commits from now on get higher ones, so that
   * whoever goes on from it misses none; open transactions, which have theirs since they began, too.
   */
  tellScn(): number {
    this.toldScn = this.nextScn - 1;
    return this.toldScn;
  }

  /** Whether a commit with this SCN, given out before, would still come after everything that others know of. */
  isNewest(scn: number): boolean {
    return scn === this.nextScn - 1 && scn > this.toldScn;
  }

  /** Takes back the newest SCN, after a write that changed nothing. */
  unused(scn: number): void {
    if (this.isNewest(scn)) this.nextScn--;
  }

  time(): number {
    const time = Math.max(this.lastTime + 1, engineTime(this.offsetMs));
    if (time >= this.timeCeiling) {
      // First in the record: where that fails, the next time must not pass for reserved.
      this.meta.set("time_ceiling", time + TIME_BLOCK);
      this.timeCeiling = time + TIME_BLOCK;
    }
    this.lastTime = time;
    return time;
  }

  /** After a transaction of meta.db was rolled back: its reservations are void. */
  reload(): void {
    this.scnCeiling = this.meta.get("scn_ceiling") ?? 1;
    this.timeCeiling = this.meta.get("time_ceiling") ?? 0;
  }

  /** After a clean shutdown, nothing is skipped. */
  close(): void {
    this.meta.set("scn_ceiling", this.nextScn);
    this.meta.set("time_ceiling", this.lastTime + 1);
  }
}
