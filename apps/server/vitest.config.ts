import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

export default defineProject({
  test: {
    name: "server",
    include: ["test/**/*.test.ts"],
    exclude: ["test/unit/**"],
    ...LIMITS,
    // What all files import takes longer to load than most of them take. Each starts servers of its own.
    isolate: false,
    // What is built is tested as it ships, and need not be transformed.
    server: { deps: { external: [/\/dist\//] } },
  },
});
