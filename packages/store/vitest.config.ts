import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

export default defineProject({
  test: { name: "store", include: ["test/**/*.test.ts"], ...LIMITS },
});
