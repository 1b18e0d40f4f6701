import { expect, it } from "vitest";
import { UNLIMITED } from "../support/unlimited.js";
import { PATH, playMergedSchemas, RUNS } from "./play.js";

/** Schemas merge by what their parts are: a model of its own says what comes of it, and SQLite what it forbids. */
it(
  "merges of schemas and rows give what the model says, in both directions",
  () => {
    const merged = playMergedSchemas();
    if (PATH === undefined) expect(merged).toBeGreaterThan(RUNS / 3);
  },
  UNLIMITED,
);
