import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { run } from "./lib/run.mjs";

// npm run fuzz [-- REQUESTS [SEED]]: sends generated requests to a real server.
const [requests = "100000", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
Object.assign(process.env, { FUZZ_REQUESTS: requests, FUZZ_SEED: seed });
process.exit(
  (await install()) ||
    (await build()) ||
    (await run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--project", "e2e", "fuzz"])),
);
