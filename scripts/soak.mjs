import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { run } from "./lib/run.mjs";

// npm run soak [-- HISTORIES [SEED]]: long model histories, then the end-to-end tests at their full length.
const [histories = "2000", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
Object.assign(process.env, { MODEL_RUNS: histories, MODEL_SEED: seed, HELIOS_E2E: "full" });
console.log(`${histories} histories of each kind, seed ${seed}`);
const vitest = "node_modules/vitest/vitest.mjs";
process.exit(
  (await install()) ||
    (await build()) ||
    (await run(process.execPath, [vitest, "run", "--project", "engine", "model"])) ||
    (await run(process.execPath, [vitest, "run", "--project", "e2e", "mixed-load", "crash", "deadline", "big-branch"])),
);
