import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { JournaledConnection } from "@heliosdb/engine";
import fc from "fast-check";
import { photograph } from "../../../engine/test/crash/photograph.js";
import { History } from "../../../engine/test/model/history.js";
import { chosen, rowStep, type Step, schemaStep } from "../../../engine/test/model/steps.js";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { TestDatabase } from "../../../engine/test/support/test-database.js";
import { Interleaving, steps as interleavedSteps } from "../../../engine/test/transactions/interleaving.js";
import { Journal } from "../../src/index.js";
import { Copy, differences, filesOf } from "../support/copy.js";
import { type Behaviour, JournaledRunner, type MakeJournal } from "../support/journaled-runner.js";

export interface Played {
  histories: number;
  steps: number;
  entries: number;
  /** Folders made from the log in the middle of a history, opened and compared. */
  folders: number;
  /** Files that were compared byte by byte. */
  files: number;
  rolledForward: number;
  /** How often a folder was behind its log after a power cut, and frames of logs that these have taken. */
  behind: number;
  lost: number;
}

export interface Plan {
  readonly runs: number;
  readonly seed: number;
  /** Steps between two samples. */
  readonly every: number;
  readonly behaviour?: Partial<Behaviour>;
  /** Writes don't wait for the disk, and kills are power cuts. */
  readonly powerCuts?: boolean;
  /** Called after each history. */
  readonly report?: (played: Played) => void;
}

const STEPS = { rows: rowStep, schema: schemaStep } as const;

/** Plays histories of the engine's model with a journal, and compares folders made from the log with the model. */
export function playHistories(kind: keyof typeof STEPS, plan: Plan): Played {
  const length = { minLength: 20, maxLength: 200, size: "max" } as const;
  return play(fc.tuple(chosen, fc.array(STEPS[kind], length)), plan, ([tables, steps], runner, copy, played) => {
    const history = new History(tables, kind === "rows", runner);
    try {
      for (const [i, step] of steps.entries()) {
        history.play(step as Step);
        if (i % plan.every === plan.every - 1) sample(history, copy, played);
      }
      sample(history, copy, played);
      compareFiles(history.database, copy, played);
    } finally {
      played.steps += steps.length;
      history.dispose();
    }
  });
}

/** The same with open transactions, of which the copy must have nothing before they are committed. */
export function playTransactions(plan: Plan): Played {
  return play(interleavedSteps, plan, (steps, runner, copy, played) => {
    const db = new TestDatabase(memoryFolder("helios-journaled-"), 0, runner);
    try {
      const interleaving = new Interleaving(db);
      for (const [i, step] of steps.entries()) {
        interleaving.play(step);
        if (i % plan.every !== plan.every - 1) continue;
        opened(copy, played, (taken) => assert.deepEqual(photograph(taken), photograph(db)));
      }
      interleaving.checkPast();
      compareFiles(db, copy, played);
    } finally {
      played.steps += steps.length;
      db.dispose();
    }
  });
}

/** So few pages in memory that others reach the log before their commit, or their rollback. */
class SmallCaches extends Journal {
  override opened(path: string, connection: JournaledConnection): void {
    super.opened(path, connection);
    connection.pragma("cache_size = 10");
  }
}

function play<T>(
  histories: fc.Arbitrary<T>,
  { runs, seed, behaviour = {}, powerCuts = false, report }: Plan,
  one: (history: T, runner: JournaledRunner, copy: Copy, played: Played) => void,
): Played {
  const played: Played = {
    histories: 0,
    steps: 0,
    entries: 0,
    folders: 0,
    files: 0,
    rolledForward: 0,
    behind: 0,
    lost: 0,
  };
  const property = fc.property(histories, fc.array(fc.nat(4), { minLength: 1, maxLength: 20 }), (history, lags) => {
    let turn = 0;
    const lag = () => lags[turn++ % lags.length]!;
    const makeJournal: MakeJournal = (...args) => new (lags.length % 2 === 0 ? Journal : SmallCaches)(...args);
    const runner = new JournaledRunner({
      lag,
      makeJournal,
      ...(powerCuts && { lag: () => 0, powerCuts: lag }),
      ...behaviour,
    });
    const copy = new Copy(runner.log);
    try {
      one(history, runner, copy, played);
      played.histories++;
      played.entries += copy.entries;
      played.rolledForward += runner.rolledForward;
      played.behind += runner.behind;
      played.lost += runner.lost;
      report?.(played);
    } finally {
      copy.dispose();
    }
  });
  fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
  return played;
}

/** Every branch of the copy must be what the model says, now and at an earlier point in time. */
function sample(history: History, copy: Copy, played: Played): void {
  const { database } = history;
  opened(copy, played, (taken) => {
    history.database = taken;
    try {
      history.check(1);
    } finally {
      history.database = database;
    }
  });
}

function opened(copy: Copy, played: Played, check: (taken: TestDatabase) => void): void {
  copy.follow();
  const folder = copy.taken();
  try {
    const taken = new TestDatabase(folder);
    try {
      check(taken);
    } finally {
      taken.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  played.folders++;
}

function compareFiles(original: TestDatabase, copy: Copy, played: Played): void {
  original.close();
  copy.follow();
  const found = differences(original.directory, copy.folder);
  played.files += filesOf(copy.folder).length;
  original.open();
  assert.deepEqual(found, []);
}
