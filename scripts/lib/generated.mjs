import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeApiFields } from "./api-fields.mjs";
import { writeApiReport } from "./api-report.mjs";
import { writeCoveragePage } from "./coverage-page.mjs";
import { writeKnownSettings } from "./known-settings.mjs";
import { THIRD_PARTY, writeThirdParty } from "./pack/third-party.mjs";
import { ROOT } from "./paths.mjs";
import { run, tool } from "./run.mjs";

/** Everything that `npm run generate` writes. */
const GENERATED = [
  "openapi",
  "packages/client/src/generated",
  "apps/cli/src/generated",
  "apps/cli/man",
  "docs/reference",
  "docs/benchmarks",
  "docs/benchmarks.md",
  ...THIRD_PARTY,
];

/** Regenerates every generated file from the built server and command; resolves to an exit code. */
export async function generate(build) {
  const code = (await run(process.execPath, ["apps/server/dist/generate.js"])) || (await generateTypes());
  if (code !== 0) return code;
  await writeKnownSettings();
  writeApiFields();
  writeCoveragePage();
  writeThirdParty();
  // The next two are read from built trees, which may use files that were just written.
  const built = await build();
  if (built !== 0) return built;
  await writeApiReport();
  const drawn = await run(process.execPath, ["bench/dist/document-main.js"]);
  if (drawn !== 0) return drawn;
  return run(process.execPath, ["apps/cli/dist/reference/generate.js"]);
}

function generateTypes() {
  return tool("../packages/client/node_modules/openapi-typescript/bin/cli.js", [
    "openapi/openapi.json",
    "--output",
    "packages/client/src/generated/schema.ts",
    "--alphabetize",
    // A field with a default may be left out of a request.
    "--default-non-nullable=false",
  ]);
}

/**
 * Generates, compares the result with the previous files, and restores those: a check must not change a working tree.
 * Resolves to the paths that differ, or null if generating failed.
 */
export async function drift(build) {
  const before = snapshot();
  const code = await generate(build);
  const after = snapshot();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  if (code === 0) await showDifference(before, after, changed);
  for (const path of changed) restore(path, before.get(path));
  return code === 0 ? changed.sort() : null;
}

function snapshot() {
  const files = GENERATED.filter((path) => existsSync(join(ROOT, path))).flatMap(filesUnder);
  return new Map(files.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

function filesUnder(path) {
  if (statSync(join(ROOT, path)).isFile()) return [path];
  return readdirSync(join(ROOT, path)).flatMap((name) => filesUnder(`${path}/${name}`));
}

function restore(path, text) {
  if (text === undefined) rmSync(join(ROOT, path));
  else writeFileSync(join(ROOT, path), text);
}

async function showDifference(before, after, changed) {
  const folder = mkdtempSync(join(tmpdir(), "helios-drift-"));
  for (const [side, files] of Object.entries({ committed: before, generated: after })) {
    for (const path of changed) {
      const file = join(folder, side, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, files.get(path) ?? "");
    }
  }
  if (changed.length > 0) {
    await run("git", ["--no-pager", "diff", "--no-index", "--stat", "-p", "committed", "generated"], { cwd: folder });
  }
  rmSync(folder, { recursive: true });
}
