import { cpSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../paths.mjs";
import { bundledManifest, publishedManifest } from "./manifest.mjs";
import { findInstalled, readManifest } from "./workspace.mjs";

/** Beside what `files` names; npm adds them to every package that has them. */
const ALWAYS = ["README.md", "LICENSE"];

/** Copies a package as it will be published into a folder, from which `npm pack` makes the tarball. */
export function stage({ folder, bundled }, versions, target) {
  const source = join(ROOT, folder);
  const manifest = readManifest(source);
  copyNamed(source, target, manifest.files);
  if (!existsSync(join(target, "LICENSE"))) cpSync(join(ROOT, "LICENSE"), join(target, "LICENSE"));
  const inside = bundled.map((entry) => bundle(source, entry, versions, target));
  writeManifest(target, publishedManifest(manifest, versions, inside));
}

/** Copies one package into the other's node_modules; returns its manifest there. */
function bundle(from, entry, versions, target) {
  const found = findInstalled(from, entry.name) ?? findInstalled(join(ROOT, "packages/engine-host"), entry.name);
  if (found === null) throw new Error(`${entry.name} is to be bundled, but is not installed.`);
  const source = realpathSync(found);
  const manifest = bundledManifest(readManifest(source), versions, entry);
  const into = join(target, "node_modules", entry.name);
  if (entry.files) cpSync(source, into, { recursive: true, filter: isWanted });
  else {
    copyNamed(source, into, manifest.files);
    cpSync(join(ROOT, "LICENSE"), join(into, "LICENSE"));
  }
  writeManifest(into, manifest);
  return manifest;
}

/** Exclusions in `files` are left to npm. */
function copyNamed(source, target, files) {
  mkdirSync(target, { recursive: true });
  for (const name of [...files.filter((entry) => !entry.startsWith("!")), ...ALWAYS]) {
    if (existsSync(join(source, name))) cpSync(join(source, name), join(target, name), { recursive: true });
    else if (!ALWAYS.includes(name))
      throw new Error(`${source} has no ${name}, which its package.json lists in files.`);
  }
}

function isWanted(path) {
  return !path.endsWith(".map") && basename(path) !== "node_modules";
}

function writeManifest(folder, manifest) {
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
