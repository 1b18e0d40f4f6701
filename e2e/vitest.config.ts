import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "e2e",
    include: ["test/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // What is built is tested as it ships, and need not be transformed.
    server: { deps: { external: [/\/dist\//] } },
  },
});
