import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { FailpointName } from "../../src/util/failpoint.js";
import { memoryFolder } from "../support/memory-folder.js";
import { TestDatabase } from "../support/test-database.js";
import { problemsOf } from "./files.js";
import { again, EXPIRED, photograph } from "./photograph.js";
import { type Action, removeWorker, runToCrash, runToEnd } from "./run-worker.js";

/** What an operation has come to after a crash in it: all of it, or nothing. */
export type Lands = "not at all" | "wholly";

export interface Scenario {
  readonly title: string;
  /** Fills a new database, and says what is then done to it. */
  prepare(db: TestDatabase): Action;
  /** What has come of it, seen from outside; throws where it is neither all nor nothing. */
  outcome(db: TestDatabase): Lands;
  /** Its steps and what a crash there leaves; "name:2" where the second time is meant. */
  readonly crashes: readonly (readonly [step: FailpointName | `${FailpointName}:${number}`, lands: Lands])[];
  /** Whether past states may expire by it. Otherwise all must read as before. */
  readonly expires?: boolean;
  /** Whether repeating it when it is done gives the same answer again; default true. Else it is not repeated then. */
  readonly repeats?: boolean;
}

/** Crashes a process at one step and holds the database that it leaves against everything that was promised. */
export function crash(scenario: Scenario, step: string, lands: Lands): void {
  const { expires = false, repeats = true } = scenario;
  // A killed process has handed to the system what it wrote; what a disk keeps is another question.
  let db = new TestDatabase(memoryFolder("helios-engine-"));
  try {
    const action = scenario.prepare(db);
    // What the clock is offset by may have been changed meanwhile.
    const { directory, clockOffsetMs } = db;
    expect(scenario.outcome(db)).toBe("not at all");
    const before = photograph(db);
    const newest = scns(before);
    db.close();

    expect(runToCrash(db, action, step)).toBe("SIGKILL");

    const check = (expected: Lands) => {
      db = new TestDatabase(directory, clockOffsetMs);
      expect(scenario.outcome(db)).toBe(expected);
      for (const [state, rows] of again(db, pastOf(before))) {
        if (!(expires && rows === EXPIRED)) expect([state, rows]).toEqual([state, before.get(state)]);
      }
      db.close();
      expect(problemsOf(directory)).toEqual([]);
    };
    check(lands);
    if (lands === "not at all" || repeats) {
      const answer = runToEnd(db, action);
      check("wholly");
      if (repeats) expect(runToEnd(db, action)).toEqual(answer);
      check("wholly");
    }
    runToEnd(db, { do: "maintain" });
    check("wholly");

    db = new TestDatabase(directory, clockOffsetMs);
    const heads = db.read({ op: "listBranches", request: {} }).map(({ headScn }) => headScn);
    const { scn } = db.execute("main", "CREATE TABLE afterwards (v)");
    expect(scn).toBeGreaterThan(Math.max(newest, ...heads));
    db.close();
  } finally {
    rmSync(db.directory, { recursive: true, force: true });
  }
}

/** States with an SCN: what a branch is now may change by the operation. */
function pastOf(before: ReadonlyMap<string, string>): string[] {
  return [...before.keys()].filter((state) => !state.endsWith("@now"));
}

function scns(before: ReadonlyMap<string, string>): number {
  return Math.max(...pastOf(before).map((state) => Number(state.split("@")[1])));
}

/** A test for each step of each operation. */
export function crashAtEveryStep(scenarios: readonly Scenario[]): void {
  afterAll(removeWorker);
  describe.each(scenarios)("$title", (scenario) => {
    it.each(scenario.crashes)("%s: %s", (step, lands) => crash(scenario, step, lands));
  });
}
