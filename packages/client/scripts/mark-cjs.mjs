// The package is "type": "module"; this tells Node and TypeScript that dist/cjs is not.
import { writeFileSync } from "node:fs";

writeFileSync(new URL("../dist/cjs/package.json", import.meta.url), '{ "type": "commonjs" }\n');
