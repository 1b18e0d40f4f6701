import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { Random } from "../definitions/random.js";
import { Match } from "./match.js";

export const RUNS = Number(process.env.MODEL_RUNS ?? 40);
const SEED = Number(process.env.MODEL_SEED ?? 20261121);
export const PATH = process.env.MODEL_PATH;
const REPORT = process.env.MODEL_REPORT;

interface Step {
  /** 0 and 1 are the branches; 2 merges them. */
  readonly what: number;
  readonly seed: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.nat(13).map((n) => (n === 0 ? 2 : n % 2)),
  seed: fc.noShrink(fc.nat(0x7fffffff)),
});

/** Plays histories of two branches with changes of schemas and rows; gives how many merges went through. */
export function playMergedSchemas(runs = RUNS): number {
  let [merged, played] = [0, 0];
  fc.assert(
    fc.property(
      fc.noShrink(fc.nat(0x7fffffff)),
      fc.array(step, { minLength: 4, maxLength: 16, size: "max" }),
      (seed, steps) => {
        const match = new Match(new Random(seed));
        try {
          for (const each of steps) {
            if (each.what === 2) match.merge();
            else match.step(each.what, new Random(each.seed));
          }
          match.merge();
          merged += match.merged;
        } catch (error) {
          // What was done until then, as statements.
          if (process.env.MODEL_TRACE)
            writeFileSync(process.env.MODEL_TRACE, `${match.trace.join("\n")}\n${(error as Error).stack}`);
          throw error;
        } finally {
          played += match.trace.length;
          if (REPORT !== undefined) writeFileSync(REPORT, JSON.stringify({ kind: "schemas", seed: SEED, played }));
          match.dispose();
        }
      },
    ),
    { numRuns: runs, seed: SEED, path: PATH, endOnFailure: process.env.MODEL_NO_SHRINK !== undefined },
  );
  return merged;
}
