import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { workspaces } from "../lib/install.mjs";
import { PUBLISHED } from "../lib/pack/published.mjs";
import { readManifest } from "../lib/pack/workspace.mjs";
import { ROOT } from "../lib/paths.mjs";

const CHANGESET = join(ROOT, "node_modules/@changesets/cli/bin.js");
/** What a package's tarball has or is: these change their versions together. */
const TOGETHER = PUBLISHED.flatMap(({ folder, bundled }) => [
  readManifest(join(ROOT, folder)).name,
  ...bundled.map(({ name }) => name).filter((name) => name.startsWith("@heliosdb/")),
]);
const tree = mkdtempSync(join(tmpdir(), "helios-release-"));
afterAll(() => rmSync(tree, { recursive: true }));

function copy(path) {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  cpSync(join(ROOT, path), join(tree, path));
}

it.each(PUBLISHED)("the changelog of $folder begins with the version in its manifest", ({ folder }) => {
  const { name, version } = readManifest(join(ROOT, folder));
  const text = readFileSync(join(ROOT, folder, "CHANGELOG.md"), "utf8");
  expect(text.startsWith(`# ${name}\n\n## ${version}\n`)).toBe(true);
});

it("a changeset for one package gives all of them one new version, and its text to that package's changelog", () => {
  for (const path of ["package.json", "pnpm-workspace.yaml", ".changeset/config.json"]) copy(path);
  for (const folder of workspaces()) {
    copy(`${folder}/package.json`);
    if (existsSync(join(ROOT, folder, "CHANGELOG.md"))) copy(`${folder}/CHANGELOG.md`);
  }
  writeFileSync(join(tree, ".changeset/quick-test.md"), '---\n"@heliosdb/server": minor\n---\n\nServe faster.\n');
  execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: tree });
  execFileSync(process.execPath, [CHANGESET, "version"], { cwd: tree, stdio: "pipe" });

  const [major, minor] = readManifest(join(ROOT, "apps/server")).version.split(".").map(Number);
  const next = `${major}.${minor + 1}.0`;
  const manifests = workspaces().map((folder) => readManifest(join(tree, folder)));
  const moved = manifests.filter(({ version }) => version === next).map(({ name }) => name);
  expect(moved.sort()).toEqual([...TOGETHER].sort());
  expect(manifests.flatMap(({ dependencies = {} }) => Object.values(dependencies))).toContain("workspace:*");
  const changelog = readFileSync(join(tree, "apps/server/CHANGELOG.md"), "utf8");
  expect(changelog).toContain(`## ${next}\n\n### Minor Changes\n\n- Serve faster.\n`);
  expect(existsSync(join(tree, ".changeset/quick-test.md"))).toBe(false);
});
