import fc from "fast-check";
import { expect, it } from "vitest";
import { History, step } from "./history.js";

const RUNS = Number(process.env["MODEL_RUNS"] ?? 60);
const SEED = process.env["MODEL_SEED"] === undefined ? undefined : Number(process.env["MODEL_SEED"]);

it("every branch equals the model, now and at past moments, after any history", () => {
  let steps = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: "max" }), (history) => {
      const run = new History();
      try {
        for (const [i, each] of history.entries()) {
          run.play(each);
          steps++;
          if (i % 10 === 9) run.check(3);
        }
        run.check(10);
        run.checkByCopy(3);
      } finally {
        run.dispose();
      }
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: process.env["MODEL_NO_SHRINK"] !== undefined },
  );
  expect(steps).toBeGreaterThan(RUNS * 10);
}, 900_000);
