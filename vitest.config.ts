import { defineConfig } from "vitest/config";
import { LIMITS } from "./vitest.limits.js";
import { LongestFirst } from "./vitest.sequencer.js";

export default defineConfig({
  test: {
    projects: [
      "packages/*/vitest.config.ts",
      "apps/*/vitest.config.ts",
      "packages/engine/vitest.alone.config.ts",
      "apps/server/vitest.fronts.config.ts",
      "apps/server/vitest.units.config.ts",
      "apps/server/vitest.cell.config.ts",
      "packages/engine-host/vitest.store.config.ts",
      "e2e/vitest.config.ts",
      "scripts/vitest.config.mjs",
    ],
    ...LIMITS,
    sequence: { sequencer: LongestFirst },
  },
});
