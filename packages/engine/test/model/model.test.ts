import fc from "fast-check";
import { expect, it } from "vitest";
import { History, type Step, schemaStep, step } from "./history.js";

const RUNS = Number(process.env.MODEL_RUNS ?? 60);
/** The same histories in every run of the tests; `npm run soak` plays new ones. */
const SEED = Number(process.env.MODEL_SEED ?? 20261121);
const PATH = process.env.MODEL_PATH;

function holds(steps: fc.Arbitrary<Step>, runs: number): number {
  let played = 0;
  fc.assert(
    fc.property(fc.array(steps, { minLength: 20, maxLength: 60, size: "max" }), (history) => {
      const run = new History();
      try {
        for (const [i, each] of history.entries()) {
          run.play(each);
          played++;
          if (i % 10 === 9) run.check(3);
        }
        run.check(10);
        run.checkByCopy(3);
      } finally {
        run.dispose();
      }
    }),
    { numRuns: runs, seed: SEED, path: PATH, endOnFailure: process.env.MODEL_NO_SHRINK !== undefined },
  );
  return played;
}

it("every branch equals the model, now and at past moments, after any writes, branches and merges", () => {
  expect(holds(step, RUNS)).toBeGreaterThan(RUNS * 10);
}, 900_000);

it("every branch equals the model, now and at past moments, after any changes to the schema", () => {
  expect(holds(schemaStep, RUNS)).toBeGreaterThan(RUNS * 10);
}, 900_000);
