import { defineProject } from "vitest/config";

/** In every run of the tests a part of them; all with `npm run soak -- store`. */
const ALL = process.env.SOAK_TIMES !== undefined;

/** The server's tests, against servers whose databases have logs in a store. */
export default defineProject({
  test: {
    name: "server-with-store",
    include: ALL ? ["test/**/*.test.ts"] : [],
    exclude: ["test/unit/**"],
    globalSetup: ["../../packages/engine-host/test/support/start-store.ts"],
    setupFiles: ["test/support/with-store.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    isolate: false,
    server: { deps: { external: [/\/dist\//] } },
  },
});
