import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";
import { pnpm } from "./run.mjs";

const STAMP = join(ROOT, "node_modules/.heliosdb-install.json");

/** Installs exactly the versions in the lockfile; does nothing if the last install was of the same files. */
export async function install() {
  const wanted = { files: fingerprint(), abi: `${process.platform}-${process.arch}-${process.versions.modules}` };
  const had = readStamp();
  if (had?.files === wanted.files && had.abi === wanted.abi) return 0;

  console.log("Installing dependencies …");
  let code = await pnpm(["install", "--frozen-lockfile", "--config.confirmModulesPurge=false"]);
  // Native addons are built for one version of Node's ABI; an install that changes nothing leaves the old build.
  if (code === 0 && had && had.abi !== wanted.abi) code = await pnpm(["rebuild", "--recursive"]);
  if (code === 0) writeFileSync(STAMP, JSON.stringify(wanted));
  return code;
}

function readStamp() {
  if (!existsSync(STAMP)) return null;
  try {
    return JSON.parse(readFileSync(STAMP, "utf8"));
  } catch {
    return null; // Left incomplete by a killed install: install again.
  }
}

function fingerprint() {
  const hash = createHash("sha256");
  const manifests = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...workspaces().map(manifestOf)];
  for (const file of manifests) {
    const path = join(ROOT, file);
    if (existsSync(path)) hash.update(`${file}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function manifestOf(folder) {
  return `${folder}/package.json`;
}

/** The folders named in pnpm-workspace.yaml. */
export function workspaces() {
  const grouped = ["apps", "packages"].flatMap((group) =>
    readdirSync(join(ROOT, group)).map((name) => `${group}/${name}`),
  );
  return [...grouped.sort(), "e2e", "bench"].filter((folder) => existsSync(join(ROOT, folder, "package.json")));
}
