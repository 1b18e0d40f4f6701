import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkFloors, readFloors } from "../lib/floors.mjs";
import { examine } from "../lib/imports.mjs";
import { ROOT } from "../lib/paths.mjs";

/** No circle, nothing upward: the files in src import api, api imports store. */
const CLEAN = {
  "index.ts": 'export * from "./api/reader.js";',
  "api/reader.ts": 'import { rows } from "../store/rows.js"; export const reader = rows;',
  "store/rows.ts": "export const rows = 1;",
};
const FLOORS = [".", "api", "store"];

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "helios-floors-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
  vi.restoreAllMocks();
});

function write(files) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, "src", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function found(files, floors = FLOORS) {
  write({ ...CLEAN, ...files });
  return examine(join(root, "src"), floors);
}

describe("the floors of a package", () => {
  it("finds nothing where every import goes down", () => {
    expect(found({})).toEqual({
      files: 3,
      folders: 3,
      fileCircles: [],
      folderCircles: [],
      upward: [],
      unlisted: [],
      missing: [],
    });
  });

  it.each([
    ["an import", 'import { reader } from "../api/reader.js"; export const other = reader;'],
    ["a type import", 'import type { reader } from "../api/reader.js"; export type Other = typeof reader;'],
    ["an export", 'export { reader } from "../api/reader.js";'],
    ["an import() type", 'export type Other = typeof import("../api/reader.js").reader;'],
    ["an import at run time", 'export const other = () => import("../api/reader.js");'],
  ])("finds an arrow upward and the circle of folders in %s", (_, text) => {
    const { fileCircles, folderCircles, upward } = found({ "store/columns.ts": text });
    expect(upward).toEqual([{ from: "store/columns.ts", to: "api/reader.ts" }]);
    expect(folderCircles).toEqual([["api", "store"]]);
    expect(fileCircles).toEqual([]);
  });

  it("finds a circle of files in one folder", () => {
    const { fileCircles, folderCircles, upward } = found({
      "store/a.ts": 'import type { B } from "./b.js"; export type A = B;',
      "store/b.ts": 'import type { C } from "./c.js"; export type B = C;',
      "store/c.ts": 'import type { A } from "./a.js"; export type C = A;',
    });
    expect(fileCircles).toEqual([["store/a.ts", "store/b.ts", "store/c.ts"]]);
    expect(folderCircles).toEqual([]);
    expect(upward).toEqual([]);
  });

  it("finds a circle of folders that only their subfolders close", () => {
    const { fileCircles, folderCircles } = found({
      "api/text/format.ts": "export const format = 1;",
      "store/pages/page.ts": 'import { format } from "../../api/text/format.js"; export const page = format;',
    });
    expect(fileCircles).toEqual([]);
    expect(folderCircles).toEqual([["api", "store"]]);
  });

  it("finds a folder and its subfolder that import each other", () => {
    const { folderCircles } = found({
      "store/pages/page.ts": 'import { rows } from "../rows.js"; export const page = rows;',
      "store/book.ts": 'import { page } from "./pages/page.js"; export const book = page;',
    });
    expect(folderCircles).toEqual([["store", "store/pages"]]);
  });

  it("finds folders without a floor and floors without a folder", () => {
    const { unlisted, missing } = found({ "extra/more.ts": "export const more = 1;" }, [...FLOORS, "gone"]);
    expect(unlisted).toEqual(["extra"]);
    expect(missing).toEqual(["gone"]);
  });
});

describe("the check", () => {
  const upward = 'import { reader } from "../api/reader.js"; export const other = reader;';

  it.each([
    ["passes a package without faults", {}, FLOORS, true, true],
    ["fails for an arrow upward", { "store/columns.ts": upward }, FLOORS, true, false],
    ["fails for a folder that is not listed", {}, [".", "api"], true, false],
    ["only reports a package that is not enforced", { "store/columns.ts": upward }, FLOORS, false, true],
  ])("%s", async (_, files, floors, enforced, passes) => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    write({ ...CLEAN, ...files });
    expect(await checkFloors(root, { ".": { floors, enforced } })).toBe(passes);
    expect(log.mock.calls[0][0]).toMatch(/circles of files \d, of folders \d, imports upward \d/);
  });
});

it.each(["packages/engine", "packages/engine-host"])("the table of floors in %s/DESIGN.md has their order", (path) => {
  const [, section] = readFileSync(join(ROOT, path, "DESIGN.md"), "utf8").split("## Floors\n");
  const named = [...section.split("\n## ")[0].matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name.replace(/\/$/, ""));
  const listed = readFloors()[path].floors.filter((name) => !name.includes("/"));
  expect(named).toEqual(listed.map((name) => (name === "." ? "index.ts" : name)));
});
