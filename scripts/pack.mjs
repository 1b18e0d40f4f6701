import { resolve } from "node:path";
import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { pack } from "./lib/pack/pack.mjs";
import { ROOT } from "./lib/paths.mjs";

// npm run pack [-- FOLDER]: builds, and writes a tarball of each published package into FOLDER (packed/ unless given).
const [folder = "packed"] = process.argv.slice(2);
const code = (await install()) || (await build());
if (code !== 0) process.exit(code);
for (const file of await pack(resolve(ROOT, folder))) console.log(file);
