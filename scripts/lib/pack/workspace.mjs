import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { workspaces } from "../install.mjs";
import { ROOT } from "../paths.mjs";

export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** The version of each package of this repository, by name. */
export function versionsOfWorkspace() {
  return new Map(
    workspaces().map((folder) => {
      const { name, version } = readManifest(join(ROOT, folder));
      return [name, version];
    }),
  );
}

/** The folder of a package that is installed for the package in `from`, or null. */
export function findInstalled(from, name) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
    if (folder === dirname(folder)) return null;
  }
}
