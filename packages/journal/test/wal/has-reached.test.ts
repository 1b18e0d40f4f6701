import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FRAME_HEADER, LOG_HEADER } from "@heliosdb/engine/log-format";
import fc from "fast-check";
import { expect, it } from "vitest";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import type { LogPosition } from "../../src/entry/format.js";
import { hasReached } from "../../src/wal/has-reached.js";
import { RandomFile, steps } from "./random-file.js";

interface Moment {
  readonly position: LogPosition;
  readonly log: Buffer;
  /** How often the log was removed before. */
  readonly removals: number;
}

const PAGE_SIZE = 1024;

/** The logs of a file after each step that has committed something, and how far they had come. */
function moments(history: readonly Parameters<RandomFile["play"]>[0][]): Moment[] {
  const file = new RandomFile(PAGE_SIZE);
  const found: Moment[] = [];
  let removals = 0;
  try {
    for (const step of history) {
      file.play(step);
      if (step.do === "reopen") removals++;
      file.collect();
      const { position } = file.log;
      const path = `${file.path}-wal`;
      const log = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
      if (position && log.length > 0) found.push({ position, log, removals });
    }
    file.close(false);
  } finally {
    file.dispose();
  }
  return found;
}

it("knows whether a log has everything up to a position, in whichever round either is", () => {
  const folder = memoryFolder("helios-reached-");
  const path = join(folder, "meta.db");
  let [reached, behind, cut] = [0, 0, 0];
  const put = (log: Buffer) => writeFileSync(`${path}-wal`, log);
  const property = fc.property(steps, (history) => {
    const all = moments(history);
    for (const [j, later] of all.entries()) {
      put(later.log);
      for (const [i, { position, removals }] of all.entries()) {
        // A log that was made anew has any salts.
        if (later.removals !== removals) continue;
        const isSame = later.position.salts === position.salts && later.position.frames === position.frames;
        const isReached = isSame || j > i;
        expect(hasReached(path, position)).toBe(isReached);
        if (isReached) reached++;
        else behind++;
      }
      // What a power cut leaves of it.
      const { position, log } = later;
      for (let frames = Math.max(0, position.frames - 3); frames < position.frames; frames++) {
        const end = LOG_HEADER + frames * (PAGE_SIZE + FRAME_HEADER);
        for (const bytes of [end, end + 100]) {
          put(log.subarray(0, bytes));
          expect(hasReached(path, position)).toBe(false);
        }
        cut++;
      }
    }
  });
  try {
    fc.assert(property, { numRuns: 10, seed: 1, endOnFailure: true });
    for (const count of [reached, behind, cut]) expect(count).toBeGreaterThan(100);
    expect(hasReached(join(folder, "gone.db"), { salts: "00000000", frames: 0 })).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
