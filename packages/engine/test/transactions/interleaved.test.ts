import { expect, it } from "vitest";
import { playInterleavings } from "./play.js";

it("open transactions interleave with everything else, and every state at every SCN is what plain SQLite has", () => {
  expect(playInterleavings()).toBeGreaterThan(0);
}, 1_800_000);
