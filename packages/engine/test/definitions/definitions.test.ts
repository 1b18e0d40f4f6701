import { expect, it } from "vitest";
import { UNLIMITED } from "../support/unlimited.js";
import { PATH, playDefinitions, RUNS } from "./play.js";

/**
 * Random schemas and random changes to them on two branches, beside plain SQLite: each commit does what SQLite does with
 * the same statements, merges give the same in both directions and lose no row, and every state stays as it was.
 */
it(
  "branches of random definitions hold what SQLite does, and merge alike in both directions",
  () => {
    const merged = playDefinitions();
    if (PATH === undefined) expect(merged).toBeGreaterThan(RUNS / 4);
  },
  UNLIMITED,
);
