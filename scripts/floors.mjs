import { checkFloors, readFloors } from "./lib/floors.mjs";
import { install } from "./lib/install.mjs";
import { ROOT } from "./lib/paths.mjs";

// npm run floors [-- PACKAGE…]: which way imports go. All that is found is listed for each package named.
if ((await install()) !== 0) process.exit(1);
process.exit((await checkFloors(ROOT, readFloors(), process.argv.slice(2))) ? 0 : 1);
