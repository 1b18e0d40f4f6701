import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

export default defineProject({
  test: {
    name: "client",
    include: ["test/**/*.test.ts"],
    ...LIMITS,
    // What all files import takes longer to load than most of them take.
    isolate: false,
  },
});
