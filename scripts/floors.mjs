import { checkFloors, readFloors } from "./lib/floors.mjs";
import { install } from "./lib/install.mjs";
import { ROOT } from "./lib/paths.mjs";

// npm run floors [-- PACKAGE…]: checks import directions. For each package named, all findings are listed.
if ((await install()) !== 0) process.exit(1);
process.exit((await checkFloors(ROOT, readFloors(), process.argv.slice(2))) ? 0 : 1);
