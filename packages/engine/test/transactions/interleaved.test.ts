import { expect, it } from "vitest";
import { UNLIMITED } from "../support/unlimited.js";
import { playInterleavings } from "./play.js";

it(
  "open transactions interleave with everything else, and every state at every SCN is what plain SQLite has",
  () => {
    expect(playInterleavings()).toBeGreaterThan(0);
  },
  UNLIMITED,
);
