import { defineProject } from "vitest/config";

/** The server's tests, against servers whose databases have logs in a store: only with `npm run soak -- store`. */
export default defineProject({
  test: {
    name: "server-with-store",
    include: process.env.SOAK_TIMES === undefined ? [] : ["test/**/*.test.ts"],
    // With a store, fronts leave reads to the host, which alone knows what may be told.
    exclude: ["test/unit/**", "test/fronts/{ends,reads,revocation,same-answers}.test.ts"],
    globalSetup: ["../../packages/engine-host/test/support/start-store.ts"],
    setupFiles: ["test/support/with-store.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    isolate: false,
    server: { deps: { external: [/\/dist\//] } },
  },
});
