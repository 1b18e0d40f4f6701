import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

export default defineProject({
  test: {
    name: "engine",
    include: ["test/**/*.test.ts"],
    exclude: ["test/alone/**"],
    ...LIMITS,
    // Loading the engine takes longer than most files take.
    isolate: false,
  },
});
