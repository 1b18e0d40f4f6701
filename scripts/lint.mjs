import { install } from "./lib/install.mjs";
import { tool } from "./lib/run.mjs";

// `npm run lint -- --write` fixes everything that can be fixed automatically.
process.exit((await install()) || (await tool("@biomejs/biome/bin/biome", ["check", ...process.argv.slice(2)])));
