import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { run } from "./lib/run.mjs";

// npm run mutations: breaks the engine and its host on purpose in every known way, and expects a test to notice each.
process.env.MUTATIONS = "all";
process.exit(
  (await install()) ||
    (await build()) ||
    (await run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "mutations"])),
);
