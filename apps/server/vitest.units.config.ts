import { defineProject } from "vitest/config";

/** The server's tests of single parts, which stand in for others: each file has these to itself. */
export default defineProject({
  test: {
    name: "server-units",
    include: ["test/unit/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is built is tested as it ships, and need not be transformed.
    server: { deps: { external: [/\/dist\//] } },
  },
});
