import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";
import {
  afterFrame,
  type Checksum,
  checksumAt,
  FRAME_HEADER,
  firstChecksum,
  isOfRound,
  LOG_HEADER,
  type LogRound,
  roundOf,
} from "./log-format.js";

/** Bytes read at a time, about. */
const READ = 4 * 1024 * 1024;
const PAGE_SIZES = [4096, 512, 1024, 2048, 8192, 16_384, 32_768, 65_536];
/** Each commit is synced before the next one is written, so a power cut can damage the last one only. */
const MOST_AFTER_A_POWER_CUT = 1;

/**
 * Where a file's write-ahead log is damaged although commits follow: the byte of its first frame that SQLite can't
 * take. SQLite takes such a place for the log's end, so that the commits behind it would be lost without a word, and
 * overwritten. Null for a log that is missing, whole, or cut off in its last commit. Nobody may write to the file
 * meanwhile. What can't be told from a power cut is damage in the last two commits, and a log that is too short.
 */
export function damagedLog(path: string): number | null {
  let descriptor: number;
  try {
    descriptor = openSync(`${path}-wal`, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const header = Buffer.alloc(LOG_HEADER);
    if (readSync(descriptor, header, 0, LOG_HEADER, 0) < LOG_HEADER) return null;
    const round = roundOf(header);
    if (round !== null) return placeOf(descriptor, round);
    const isBigEndian = endianness() === "BE";
    return PAGE_SIZES.some((pageSize) => hasCommits(descriptor, { pageSize, isBigEndian })) ? 0 : null;
  } finally {
    closeSync(descriptor);
  }
}

function placeOf(descriptor: number, round: LogRound): number | null {
  let sum: Checksum = firstChecksum(round);
  for (const { bytes, at, place } of framesOf(descriptor, round.pageSize, LOG_HEADER)) {
    const next = isOfRound(round, bytes, at) ? afterFrame(round, bytes, at, sum) : null;
    if (next === null) return hasCommits(descriptor, round, place) ? place : null;
    sum = next;
  }
  return null;
}

/** Whether some frames from `start` on follow upon each other, and have more commits than a power cut leaves. */
function hasCommits(
  descriptor: number,
  round: Pick<LogRound, "pageSize" | "isBigEndian"> & { readonly salts?: Buffer },
  start = LOG_HEADER,
): boolean {
  let [salts, before, commits]: [Buffer | null, Checksum | null, number] = [round.salts ?? null, null, 0];
  for (const { bytes, at } of framesOf(descriptor, round.pageSize, start)) {
    const own = bytes.subarray(at + 8, at + 16);
    const isSame = salts?.equals(own) ?? false;
    const follows = isSame && before !== null && afterFrame(round, bytes, at, before) !== null;
    if (!follows) commits = 0;
    else if (bytes.readUInt32BE(at + 4) !== 0 && ++commits > MOST_AFTER_A_POWER_CUT) return true;
    // The header of a damaged frame may be whole, so what it says counts for the next one.
    before = checksumAt(bytes, at + 16);
    if (round.salts === undefined) salts = Buffer.from(own);
  }
  return false;
}

interface Frame {
  readonly bytes: Buffer;
  /** Where it is in `bytes`, and in the log. */
  readonly at: number;
  readonly place: number;
}

function* framesOf(descriptor: number, pageSize: number, start: number): Generator<Frame> {
  const frame = FRAME_HEADER + pageSize;
  const end = fstatSync(descriptor).size;
  for (let from = start; from + frame <= end; ) {
    const whole = Math.max(1, Math.floor(Math.min(READ, end - from) / frame)) * frame;
    const bytes = Buffer.from(new ArrayBuffer(whole));
    const read = readSync(descriptor, bytes, 0, whole, from);
    for (let at = 0; at + frame <= read; at += frame) yield { bytes, at, place: from + at };
    if (read < whole) return;
    from += whole;
  }
}
