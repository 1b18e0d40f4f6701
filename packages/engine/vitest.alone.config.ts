import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

/** The engine's tests that stand in for parts of Node: each file has its modules to itself. */
export default defineProject({
  test: { name: "engine-alone", include: ["test/alone/**/*.test.ts"], ...LIMITS },
});
