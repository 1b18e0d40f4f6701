import { setImmediate as nextTurn } from "node:timers/promises";
import { EntryReader } from "@heliosdb/journal";
import type { BaseTransaction } from "@heliosdb/store";
import { BaseFiles } from "./base-files.js";
import type { CompactionLimits } from "./limits.js";

type Limits = Pick<CompactionLimits, "batchBytes" | "readBytes" | "cacheBytes" | "keepBytes">;

/**
 * Moves a base over the next entries, up to `last` at most: as many as one transaction may fold, and one at least, but for
 * the newest ones, which are kept.
 * @returns the number of the last entry that the base has then
 */
export async function compactSome(base: BaseTransaction, last: number, limits: Limits): Promise<number> {
  const files = new BaseFiles(base, limits.cacheBytes);
  let { seq, digest } = base;
  let bytes = 0;
  const isEnough = () => seq >= last || bytes >= limits.batchBytes;
  for (let isOver = isEnough(); !isOver; isOver ||= isEnough()) {
    const entries = await base.entries(seq, limits.readBytes);
    if (entries.length === 0) throw new Error(`entry ${seq + 1} is missing`);
    for (const { seq: number, parts } of entries) {
      const size = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
      isOver = isEnough() || base.length - bytes - size < limits.keepBytes;
      if (isOver) break;
      if (number !== seq + 1) throw new Error(`entry ${seq + 1} is missing`);
      const entry = new EntryReader(parts);
      if (entry.header.seq !== seq + 1 || entry.header.previous !== digest) {
        throw new Error(`entry ${entry.header.seq} does not continue the log after ${seq}`);
      }
      await files.apply(entry);
      [seq, digest] = [seq + 1, entry.digest];
      bytes += size;
      // Unpacking takes this thread.
      await nextTurn();
    }
  }
  if (seq > base.seq) await base.move({ seq, digest }, await files.store(), bytes);
  return seq;
}
