import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** The folders of each package from top to bottom. */
export function readFloors() {
  return JSON.parse(readFileSync(join(ROOT, "scripts/floors.json"), "utf8"));
}

/**
 * Prints, for each package in `floors`, its import cycles of files and of folders and its upward imports, and returns
 * whether there are none. A package with `"enforced": false` is only reported. Details are listed for each package that
 * fails or is named.
 */
export async function checkFloors(root, floors, named = []) {
  // Not at the top: this file is loaded before the dependencies are installed.
  const { examine } = await import("./imports.mjs");
  let passed = true;
  for (const [path, { floors: list, enforced = true }] of Object.entries(floors)) {
    const result = examine(join(root, path, "src"), list);
    const faults = faultsOf(result);
    const failed = enforced && faults.length > 0;
    console.log(`${failed ? "✗" : "✓"} ${path}: ${summary(result)}${enforced ? "" : " (not enforced yet)"}`);
    if (failed || named.includes(path)) for (const fault of faults) console.log(`    ${fault}`);
    passed &&= !failed;
  }
  return passed;
}

function summary({ files, folders, fileCircles, folderCircles, upward }) {
  const counts = `circles of files ${fileCircles.length}, of folders ${folderCircles.length}, imports upward ${upward.length}`;
  return `${counts} (${files} files, ${folders} folders)`;
}

function faultsOf({ fileCircles, folderCircles, upward, unlisted, missing }) {
  return [
    ...fileCircles.map((members) => `circle of files: ${members.join(" ")}`),
    ...folderCircles.map((members) => `circle of folders: ${members.join(" ")}`),
    ...upward.map(({ from, to }) => `import upward: ${from} → ${to}`),
    ...unlisted.map((folder) => `folder without a floor: ${folder}. Add it to scripts/floors.json.`),
    ...missing.map((folder) => `floor without a folder: ${folder}. Remove it from scripts/floors.json.`),
  ];
}
