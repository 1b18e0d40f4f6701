import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";

// turbo runs the "build" script of each package. Without a packageManager field, it takes the whole tree for one
// package, and would run this script, which runs turbo, forever.
if (process.env.TURBO_HASH) {
  console.error("scripts/build.mjs was called by turbo itself; is packageManager gone from package.json?");
  process.exit(1);
}

process.exit((await install()) || (await build()));
