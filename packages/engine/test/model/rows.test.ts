import { expect, it } from "vitest";
import { UNLIMITED } from "../support/unlimited.js";
import { playAll, RUNS } from "./play.js";
import { rowStep } from "./steps.js";

it(
  "every branch equals the model, now and at earlier points in time, after any writes, branches, merges, restores and resets",
  () => {
    expect(playAll("rows", rowStep)).toBeGreaterThan(RUNS.rows * 100);
  },
  UNLIMITED,
);
