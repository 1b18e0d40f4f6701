import fc from "fast-check";
import { expect, it } from "vitest";
import { History } from "./history.js";
import { rowStep, type Step, schemaStep } from "./steps.js";

const RUNS = Number(process.env.MODEL_RUNS ?? 60);
/** The same histories in every run of the tests; `npm run soak` plays new ones. */
const SEED = Number(process.env.MODEL_SEED ?? 20261121);
const PATH = process.env.MODEL_PATH;

function holds(steps: fc.Arbitrary<Step>, runs: number): number {
  let played = 0;
  fc.assert(
    fc.property(fc.array(steps, { minLength: 20, maxLength: 200, size: "max" }), (steps) => {
      const run = new History();
      try {
        for (const [i, each] of steps.entries()) {
          run.play(each);
          if (i % 20 === 19) run.check(1);
        }
        run.check(4);
        run.checkByCopy(1);
      } finally {
        played += run.operations;
        run.dispose();
      }
    }),
    { numRuns: runs, seed: SEED, path: PATH, endOnFailure: process.env.MODEL_NO_SHRINK !== undefined },
  );
  return played;
}

it("every branch equals the model, now and at past moments, after any writes, branches and merges", () => {
  const played = holds(rowStep, RUNS);
  console.log(`${played} operations`);
  expect(played).toBeGreaterThan(RUNS * 10);
}, 900_000);

it("every branch equals the model, now and at past moments, after any changes to the schema", () => {
  const played = holds(schemaStep, RUNS);
  console.log(`${played} operations`);
  expect(played).toBeGreaterThan(RUNS * 10);
}, 900_000);
