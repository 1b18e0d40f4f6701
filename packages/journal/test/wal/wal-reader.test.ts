import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { fold, LogEnd, type Operations, Replica } from "../../src/index.js";
import { dumpOf, RandomFile, steps } from "./random-file.js";

const RUNS = Number(process.env.JOURNAL_RUNS ?? 30);
const SEED = Number(process.env.JOURNAL_SEED ?? 1);
const pageSize = fc.constantFrom(512, 1024, 4096, 8192, 65536);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder of entries. */
function madeFrom(entries: readonly Operations[]): string {
  const folder = memoryFolder("helios-made-");
  folders.push(folder);
  const replica = new Replica(join(folder, "data"), join(folder, "position.json"));
  const end = new LogEnd();
  for (const operations of entries) replica.apply([...end.next(operations)]);
  return join(folder, "data", "meta.db");
}

it("reads from the log what SQLite has committed, whatever is rolled back, spilled, checkpointed and begun anew", () => {
  let [collected, spilled] = [0, 0];
  const property = fc.property(pageSize, steps, (size, history) => {
    const file = new RandomFile(size);
    try {
      for (const step of history) {
        file.play(step);
        if (step.do !== "collect") continue;
        const copy = new Database(readFileSync(plain(madeFrom(file.entries))));
        expect(dumpOf(copy)).toEqual(file.dump());
        copy.close();
      }
      file.close(history.length % 2 === 0);
      expect(readFileSync(madeFrom(file.entries)).equals(readFileSync(file.path))).toBe(true);
      collected += file.entries.length;
      spilled += file.spilled;
    } finally {
      file.dispose();
    }
  });
  fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  expect(collected).toBeGreaterThan(RUNS);
  expect(spilled).toBeGreaterThan(RUNS / 10);
});

it("makes the same file of folded entries as of each of them", () => {
  let [before, after] = [0, 0];
  const runs = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 10 });
  const property = fc.property(pageSize, steps, runs, (size, history, lengths) => {
    const file = new RandomFile(size);
    try {
      for (const step of history) {
        file.play(step);
        file.collect();
      }
      file.close(history.length % 2 === 0);
      const folded: Operations[] = [];
      for (let at = 0, turn = 0; at < file.entries.length; turn++) {
        const length = lengths[turn % lengths.length]!;
        folded.push(fold(file.entries.slice(at, at + length)));
        at += length;
      }
      before += pagesIn(file.entries);
      after += pagesIn(folded);
      expect(readFileSync(madeFrom(folded)).equals(readFileSync(madeFrom(file.entries)))).toBe(true);
    } finally {
      file.dispose();
    }
  });
  fc.assert(property, { numRuns: RUNS / 2, seed: SEED, endOnFailure: true });
  expect(after).toBeLessThan(before);
});

function pagesIn(entries: readonly Operations[]): number {
  return entries.flat().reduce((sum, each) => sum + (each.do === "pages" ? each.pages.numbers.length : 0), 0);
}

/** A file in WAL mode can't be opened in memory: its header is made to say that it is not. */
function plain(path: string): string {
  const db = new Database(path);
  db.pragma("journal_mode = DELETE");
  db.close();
  return path;
}
