import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { run } from "./lib/run.mjs";

process.exit(
  (await install()) ||
    (await build()) ||
    (await run(process.execPath, ["bench/dist/main.js", ...process.argv.slice(2)])),
);
