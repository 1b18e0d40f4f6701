import { build } from "./lib/build.mjs";
import { generate } from "./lib/generated.mjs";
import { install } from "./lib/install.mjs";

process.exit((await install()) || (await build()) || (await generate(build)));
