import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

/** The server's tests of single parts, which stand in for others: each file has these to itself. */
export default defineProject({
  test: {
    name: "server-units",
    include: ["test/unit/**/*.test.ts"],
    ...LIMITS,
    // What is built is tested as it ships, and need not be transformed.
    server: { deps: { external: [/\/dist\//] } },
  },
});
