import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { TestDatabase } from "../support/test-database.js";
import { Interleaving, steps } from "./interleaving.js";

const { MODEL_RUNS = "20", MODEL_SEED = "20261128", MODEL_PATH, MODEL_NO_SHRINK, MODEL_REPORT } = process.env;

/** Plays random interleavings of transactions; gives how many states of branches in the past were compared. */
export function playInterleavings(runs = Number(MODEL_RUNS)): number {
  let [played, states] = [0, 0];
  const property = fc.property(steps, (these) => {
    const db = new TestDatabase();
    try {
      const interleaving = new Interleaving(db);
      for (const step of these) {
        interleaving.play(step);
        played++;
      }
      interleaving.checkPast();
      states += interleaving.states;
    } finally {
      if (MODEL_REPORT) writeFileSync(MODEL_REPORT, JSON.stringify({ kind: "interleaved", seed: MODEL_SEED, played }));
      db.dispose();
    }
  });
  fc.assert(property, {
    numRuns: runs,
    seed: Number(MODEL_SEED),
    path: MODEL_PATH,
    endOnFailure: MODEL_NO_SHRINK !== undefined,
  });
  return states;
}
