import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "engine",
    include: ["test/**/*.test.ts"],
    exclude: ["test/alone/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Loading the engine takes longer than most files take.
    isolate: false,
  },
});
