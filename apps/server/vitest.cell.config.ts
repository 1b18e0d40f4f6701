import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

/** The server's tests, each of whose servers is the active node of a cell: only with `npm run soak -- suite`. */
export default defineProject({
  test: {
    name: "server-in-cell",
    include: process.env.SOAK_TIMES === undefined ? [] : ["test/**/*.test.ts"],
    // In a cell, fronts leave reads to main, which alone knows what may be told: these try what fronts read.
    exclude: ["test/unit/**", "test/fronts/{reads,revocation}.test.ts"],
    globalSetup: ["../../packages/engine-host/test/support/start-store.ts"],
    setupFiles: ["test/support/with-cell.ts"],
    ...LIMITS,
    isolate: false,
    server: { deps: { external: [/\/dist\//] } },
  },
});
