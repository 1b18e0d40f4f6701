import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

/** A part of the server's tests, against a server with fronts. */
export default defineProject({
  test: {
    name: "server-with-fronts",
    include: ["test/http/{order-of-checks,transactions}.test.ts"],
    env: { TEST_FRONTS: "2" },
    ...LIMITS,
    // What is built is tested as it ships, and need not be transformed.
    server: { deps: { external: [/\/dist\//] } },
  },
});
