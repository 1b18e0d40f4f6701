import { defineProject } from "vitest/config";
import { LIMITS } from "../vitest.limits.js";

export default defineProject({
  test: {
    name: "e2e",
    include: ["test/**/*.test.ts"],
    ...LIMITS,
    // What is built is tested as it ships, and need not be transformed.
    server: { deps: { external: [/\/dist\//] } },
  },
});
