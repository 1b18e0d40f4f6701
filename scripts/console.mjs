import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { ROOT } from "./lib/paths.mjs";
import { tool } from "./lib/run.mjs";

// npm run console: tests the console in Chromium at full length, and prints what it measures.
// npm run console -- pictures: walks through it once, and makes the pictures of docs/console.md.
/** Of docs/console.md, each as the page is seen on a wide and light screen. */
const PICTURES = [
  ...["branches", "data-staged", "data-past", "compare", "merge", "history", "sql", "sql-chart"],
  ...["keys", "webhooks", "audit", "server"],
];
const TESTS = "e2e/test/console";

const code = (await install()) || (await build());
if (code !== 0) process.exit(code);
process.env.HELIOS_E2E = "full";
process.env.CI = "true";
process.exit(process.argv[2] === "pictures" ? await makePictures() : await vitest(TESTS));

async function makePictures() {
  const folder = mkdtempSync(join(tmpdir(), "helios-pictures-"));
  try {
    process.env.SCREENSHOTS = folder;
    const failed = await vitest(`${TESTS}/acceptance`, `${TESTS}/administration`);
    if (failed !== 0) return failed;
    const target = join(ROOT, "docs/images");
    mkdirSync(target, { recursive: true });
    for (const name of PICTURES) {
      copyFileSync(join(folder, `${name}-light-1280.png`), join(target, `console-${name}.png`));
    }
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function vitest(...paths) {
  return tool("vitest/vitest.mjs", ["run", "--project", "e2e", ...paths]);
}
