import { install } from "./lib/install.mjs";
import { tool } from "./lib/run.mjs";

// `npm run lint -- --write` mends what can be mended.
process.exit((await install()) || (await tool("@biomejs/biome/bin/biome", ["check", ...process.argv.slice(2)])));
