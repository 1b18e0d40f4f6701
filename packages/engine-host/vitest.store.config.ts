import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

/** The host's tests, with hosts whose databases have logs in a store: only with `npm run soak -- store`. */
export default defineProject({
  test: {
    name: "engine-host-with-store",
    include: process.env.SOAK_TIMES === undefined ? [] : ["test/**/*.test.ts"],
    // Two make a store of their own; and with one, a lane in another process leaves all reads to the host.
    exclude: ["test/log.test.ts", "test/held-answers.test.ts", "test/outside-lane.test.ts"],
    globalSetup: ["test/support/start-store.ts"],
    setupFiles: ["test/support/with-store.ts"],
    ...LIMITS,
    server: { deps: { external: [/\/dist\//] } },
  },
});
