import { build } from "./lib/build.mjs";
import { generate } from "./lib/generated.mjs";
import { install } from "./lib/install.mjs";

// The client may not compile before its types have been generated.
process.exit((await install()) || (await build("@heliosdb/server")) || (await generate(build)));
