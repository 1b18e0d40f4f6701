import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "server",
    include: ["test/**/*.test.ts"],
    exclude: ["test/unit/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What all files import takes longer to load than most of them take. Each starts servers of its own.
    isolate: false,
    // What is built is tested as it ships, and need not be transformed.
    server: { deps: { external: [/\/dist\//] } },
  },
});
