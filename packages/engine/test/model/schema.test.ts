import { expect, it } from "vitest";
import { UNLIMITED } from "../support/unlimited.js";
import { playAll, RUNS } from "./play.js";
import { schemaStep } from "./steps.js";

it(
  "every branch equals the model, now and at earlier points in time, after any changes to the schema",
  () => {
    expect(playAll("schema", schemaStep)).toBeGreaterThan(RUNS.schema * 100);
  },
  UNLIMITED,
);
