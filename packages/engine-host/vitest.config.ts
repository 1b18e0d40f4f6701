import { defineProject } from "vitest/config";
import { LIMITS } from "../../vitest.limits.js";

export default defineProject({
  test: {
    name: "engine-host",
    include: ["test/**/*.test.ts"],
    ...LIMITS,
    // The host starts its processes from files beside it, so it is tested as it ships.
    server: { deps: { external: [/\/dist\//] } },
  },
});
