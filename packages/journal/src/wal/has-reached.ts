import type { LogPosition } from "../entry/format.js";
import { WalReader } from "./wal-reader.js";

/** Rounds by which a log may be further than a position of it. */
const MOST_ROUNDS = 0xff;

/**
 * Whether a file's write-ahead log, or the file itself, has everything up to a position of the log. Nobody has the file
 * open. No, where the log was removed: whoever removes it has to note that it did so.
 */
export function hasReached(path: string, { salts, frames }: LogPosition): boolean {
  const log = new WalReader(`${path}-wal`);
  try {
    log.collect();
    const { position } = log;
    if (position === null) return false;
    return position.salts === salts ? position.frames >= frames : isLater(position.salts, salts);
  } finally {
    log.close();
  }
}

/**
 * Whether a round came after another one of the same log. The first salt of each is one more than that of the one before,
 * and SQLite begins a round when the disk has all of that one in the file.
 */
function isLater(salts: string, before: string): boolean {
  const rounds = (first(salts) - first(before)) >>> 0;
  return rounds > 0 && rounds <= MOST_ROUNDS;
}

function first(salts: string): number {
  return Number.parseInt(salts.slice(0, 8), 16);
}
