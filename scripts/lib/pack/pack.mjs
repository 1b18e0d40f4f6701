import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PUBLISHED } from "./published.mjs";
import { stage } from "./stage.mjs";
import { versionsOfWorkspace } from "./workspace.mjs";

const execute = promisify(execFile);

/** Writes a tarball of each published package into `folder`; resolves to their paths. Everything must be built. */
export async function pack(folder) {
  mkdirSync(folder, { recursive: true });
  const versions = versionsOfWorkspace();
  const stages = mkdtempSync(join(tmpdir(), "heliosdb-pack-"));
  try {
    return await Promise.all(PUBLISHED.map((each, at) => packOne(each, versions, join(stages, String(at)), folder)));
  } finally {
    rmSync(stages, { recursive: true });
  }
}

async function packOne(each, versions, staged, folder) {
  stage(each, versions, staged);
  const args = ["pack", "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder];
  const { stdout } = await execute("npm", args, { cwd: staged, maxBuffer: 64 * 1024 * 1024 });
  const [{ filename }] = JSON.parse(stdout);
  return join(folder, filename);
}
