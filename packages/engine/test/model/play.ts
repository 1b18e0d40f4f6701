import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { History } from "./history.js";
import { chosen, type Step } from "./steps.js";

const { MODEL_RUNS } = process.env;
/** Histories of each kind: together some 40,000 operations. `npm run soak` plays millions. */
export const RUNS = {
  rows: Number(MODEL_RUNS ?? 60),
  // They take several times as long each.
  schema: Number(MODEL_RUNS ?? 30),
};
/** The same histories in every run of the tests; `npm run soak` plays new ones. */
const SEED = Number(process.env.MODEL_SEED ?? 20261121);
const PATH = process.env.MODEL_PATH;

const REPORT = process.env.MODEL_REPORT;
/** Where somebody wants to know how far it got, also when it fails. */
const report =
  REPORT === undefined
    ? undefined
    : (kind: string, played: number) => writeFileSync(REPORT, JSON.stringify({ kind, seed: SEED, played }));

/** Plays histories of 20 to 200 steps and compares engine and model all along; gives the number of operations. */
export function playAll(kind: "rows" | "schema", steps: fc.Arbitrary<Step>, runs = RUNS[kind]): number {
  let played = 0;
  fc.assert(
    fc.property(chosen, fc.array(steps, { minLength: 20, maxLength: 200, size: "max" }), (tables, history) => {
      const run = new History(tables, kind === "rows");
      try {
        for (const [i, each] of history.entries()) {
          run.play(each);
          if (i % 20 === 19) run.check(1);
        }
        run.check(4);
        run.checkByCopy(1);
      } finally {
        played += run.operations;
        run.dispose();
        report?.(kind, played);
      }
    }),
    { numRuns: runs, seed: SEED, path: PATH, endOnFailure: process.env.MODEL_NO_SHRINK !== undefined },
  );
  return played;
}
