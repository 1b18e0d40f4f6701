import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { MAX_SESSIONS } from "../../apps/server/dist/auth/sessions.js";
import { CLIENT_SETTINGS, OPTIONS } from "../../apps/server/dist/config/options.js";
import { ERRORS } from "../../apps/server/dist/errors/error-table.js";
import { DEFAULT_RETENTION } from "../../packages/engine/dist/control/retention-settings.js";
import { KEPT_AUTOMATIC } from "../../packages/engine/dist/control/snapshots.js";
import { FORMAT_VERSION } from "../../packages/engine/dist/file/format.js";
import { LASTING_REQUESTS } from "../../packages/engine/dist/meta/meta-db.js";
import { META_FORMAT } from "../../packages/engine/dist/meta/meta-format.js";
import { settingsOf } from "../../packages/engine-host/dist/host/options.js";

const ROOT = resolve(import.meta.dirname, "../..");
const FILES = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
const PATHS = new Set(FILES.flatMap((file) => [file, ...parents(file)]));
const NAMES = new Set(FILES.map((file) => basename(file)));
const PAGES = FILES.filter(
  (file) => file === "README.md" || /^docs\/[^/]+\.md$/.test(file) || basename(file) === "DESIGN.md",
).map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

/** Folders below which a page may name a path, besides the repository's own root. */
const SOURCES = ["packages/port", "packages/engine/src", "packages/engine-host/src", "apps/server/src"];
/** Paths that are not the repository's: those of a data folder, and of other projects' tests. */
const ELSEWHERE =
  /^(\.\/)?(data|databases|branches|copies|snapshots|transfers|tmp)\/|^\.\/data$|^(go|doc)\/|^test\/vc_/;

const host = settingsOf({ dataDir: "x", defaultDeadlineMs: 1, maxDeadlineMs: 1, maxRows: OPTIONS.maxRows.fallback });
const MIB = 1024 ** 2;
const DAY = 86_400_000;

/** Sentences with a number that the code has. */
const FACTS: readonly (readonly [page: string, sentence: string])[] = [
  ["docs/operations.md", `\`databases/<tenant>/meta.db\` | ${META_FORMAT} |`],
  ["docs/operations.md", `\`databases/<tenant>/branches/*.db\` | ${FORMAT_VERSION} |`],
  ["docs/operations.md", `${host.streamSpoolBytes / MIB} MiB`],
  ["docs/operations.md", `\`HELIOSDB_DRAIN_SECS\` (${OPTIONS.drainSecs.fallback} unless set)`],
  ["docs/sql-and-data.md", `${host.streamSpoolBytes / MIB} MiB`],
  ["docs/sql-and-data.md", `default ${grouped(OPTIONS.maxRows.fallback)}`],
  ["docs/bring-your-own-file.md", `\`HELIOSDB_MAX_FILE_BYTES\`, ${OPTIONS.maxFileBytes.fallback / 1024 ** 3} GiB`],
  ["docs/moving-from-helium.md", `for ${OPTIONS.sessionSecs.fallback / 60} minutes (\`HELIOSDB_SESSION_SECS\`)`],
  ["docs/moving-from-helium.md", `at most ${MAX_SESSIONS} sessions`],
  ["docs/retention.md", `the newest ${KEPT_AUTOMATIC} of each branch`],
  ["docs/undo-a-mistake.md", `${DEFAULT_RETENTION.historyMs! / DAY} days by default`],
  ["docs/safe-retries.md", `${grouped(LASTING_REQUESTS)} further commits`],
  ["packages/engine-host/DESIGN.md", `(${host.streamSpoolBytes / MIB} MiB)`],
  ["packages/engine-host/DESIGN.md", `At most ${host.maxStreams} streams`],
  ["packages/engine-host/DESIGN.md", `at most ${OPTIONS.maxAnswerBytes.fallback / MIB} MiB of values`],
];

it.each(PAGES)("paths that $path names exist", ({ path, text }) => {
  // Files that the page's own commands make, the note beside a download included.
  const blocks = (text.match(/```[\s\S]*?```/g) ?? []).join("\n");
  const isMade = (name: string) => blocks.includes(name.replace(/\.helios\.json$/, ""));
  const missing = quoted(text).filter((name) => isPath(name) && !isMade(name) && !exists(path, name));
  expect(missing).toEqual([]);
});

it.each(PAGES)("settings, error codes and constants that $path names exist", ({ text }) => {
  const settings = new Set(Object.values(OPTIONS).map(({ env }) => env));
  const used = text.match(/HELIOSDB_[A-Z_]+[A-Z]/g) ?? [];
  const client = Object.keys(CLIENT_SETTINGS);
  expect(used.filter((name) => !settings.has(name) && !client.includes(name))).toEqual([]);
  const names = quoted(text).filter((name) => /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(name) && !settings.has(name));
  const unknown = names.filter((name) => !client.includes(name) && !Object.hasOwn(ERRORS, name) && !isInCode(name));
  expect(unknown).toEqual([]);
});

it.each(FACTS)("%s says: %s", (page, sentence) => {
  const text = PAGES.find(({ path }) => path === page)!.text;
  expect([page, text.replace(/\s+/g, " ").includes(sentence)]).toEqual([page, true]);
});

it.each(PAGES)("no table of $path has an empty cell in its head", ({ text }) => {
  const lines = text.replace(/```[\s\S]*?```/g, "").split("\n");
  const heads = lines.filter((_, at) => /^\|[\s:|-]+\|$/.test(lines[at + 1] ?? ""));
  expect(
    heads.filter((head) =>
      head
        .slice(1)
        .split("|")
        .slice(0, -1)
        .some((cell) => cell.trim() === ""),
    ),
  ).toEqual([]);
});

function parents(file: string): string[] {
  const folder = dirname(file);
  return folder === "." ? [] : [folder, ...parents(folder)];
}

/** What stands in backticks, outside blocks of code. */
function quoted(text: string): string[] {
  return [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map((found) => found[1]!);
}

function isPath(name: string): boolean {
  if (ELSEWHERE.test(name) || /^(application|text)\//.test(name)) return false;
  return /^[\w@.-]+(\/[\w.-]+)+\/?$|^[\w-]+\/$/.test(name) || /^[\w.-]+\.(ts|mjs|md|json|yaml)$/.test(name);
}

function exists(page: string, name: string): boolean {
  const [, module, entry] = /^@heliosdb\/(\w+)(?:\/(.+))?$/.exec(name) ?? [];
  if (module !== undefined) return ["packages", "apps"].some((group) => isExported(`${group}/${module}`, entry));
  const path = name.replace(/\/$/, "");
  if (!path.includes("/") && NAMES.has(path)) return true;
  const folder = dirname(page);
  const roots = ["", `${folder}/`, `${folder}/src/`, `${folder}/test/`, ...SOURCES.map((source) => `${source}/`)];
  return roots.some((root) => PATHS.has(`${root}${path}`) || PATHS.has(`${root}${path}.test.ts`));
}

/** Whether a package has an entry point, or exists at all. */
function isExported(folder: string, entry: string | undefined): boolean {
  if (!PATHS.has(`${folder}/package.json`)) return false;
  const { exports = {} } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  return entry === undefined || Object.hasOwn(exports, `./${entry}`);
}

function isInCode(name: string): boolean {
  try {
    execFileSync("git", ["grep", "-q", "-w", name, "--", "packages/*.ts", "apps/*.ts"], { cwd: ROOT });
    return true;
  } catch {
    return false;
  }
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
