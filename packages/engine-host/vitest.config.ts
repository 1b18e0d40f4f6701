import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "engine-host",
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The host starts its processes from files beside it, so it is tested as it ships.
    server: { deps: { external: [/\/dist\//] } },
  },
});
