import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundledManifest, publishedManifest } from "../lib/pack/manifest.mjs";
import { isAllowed } from "../lib/pack/third-party.mjs";
import { ROOT } from "../lib/paths.mjs";

const VERSIONS = new Map([
  ["@heliosdb/engine", "2.1.0"],
  ["@heliosdb/port", "2.0.0"],
]);
const ENGINE = {
  name: "@heliosdb/engine",
  version: "2.1.0",
  private: true,
  scripts: { build: "tsc" },
  dependencies: { "@heliosdb/port": "workspace:*", "better-sqlite3": "12.11.1" },
};
const PORT = { name: "@heliosdb/port", version: "2.0.0" };

describe("the manifest of a published package", () => {
  it("has exact versions, what it bundles, and the dependencies of that", () => {
    const server = {
      name: "@heliosdb/server",
      private: true,
      scripts: { build: "tsc" },
      devDependencies: { typescript: "5.9.3" },
      dependencies: { "@heliosdb/engine": "workspace:*", yaml: "2.8.1" },
    };
    const bundled = [ENGINE, PORT].map((each) => bundledManifest(each, VERSIONS, {}));
    expect(publishedManifest(server, VERSIONS, bundled)).toEqual({
      name: "@heliosdb/server",
      dependencies: {
        "@heliosdb/engine": "2.1.0",
        "@heliosdb/port": "2.0.0",
        "better-sqlite3": "12.11.1",
        yaml: "2.8.1",
      },
      bundleDependencies: ["@heliosdb/engine", "@heliosdb/port"],
    });
  });

  it("is refused where two packages in it need different versions, and where one is unknown", () => {
    const bundled = [bundledManifest(ENGINE, VERSIONS, {})];
    const other = { name: "@heliosdb/server", dependencies: { "better-sqlite3": "11.0.0" } };
    expect(() => publishedManifest(other, VERSIONS, bundled)).toThrow(
      "@heliosdb/server needs better-sqlite3 11.0.0, but @heliosdb/engine, which it bundles, needs 12.11.1.",
    );
    const unknown = { name: "@heliosdb/server", dependencies: { "@heliosdb/gone": "workspace:*" } };
    expect(() => publishedManifest(unknown, VERSIONS, [])).toThrow("@heliosdb/gone, which is not in this repository");
  });
});

it("a package of others is bundled with the files and the dependencies that it is given, and no entry point", () => {
  const manifest = {
    name: "viewer",
    version: "1.0.0",
    main: "lib.js",
    browser: "browser.js",
    scripts: { postinstall: "node report.js" },
    dependencies: { reporter: "^1.0.0", small: "^2.0.0" },
    peerDependencies: { react: "*" },
  };
  const entry = { name: "viewer", files: ["page.js"] };
  const kept = { name: "viewer", version: "1.0.0", files: ["page.js"] };
  expect(bundledManifest(manifest, VERSIONS, { ...entry, without: "all" })).toEqual({ ...kept, dependencies: {} });
  expect(bundledManifest(manifest, VERSIONS, { ...entry, without: ["reporter"] })).toEqual({
    ...kept,
    dependencies: { small: "^2.0.0" },
    peerDependencies: { react: "*" },
  });
});

it.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0)", true],
  ["(MIT AND GPL-3.0)", false],
  ["GPL-3.0", false],
  ["none", false],
])("the licence %s is allowed: %s", (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});

it("what is built into the server is listed as contained", () => {
  const read = (path) => readFileSync(join(ROOT, "apps/server", path), "utf8");
  const listed = [...read("THIRD-PARTY.md").matchAll(/^\| (\S+) \| (\S+) \| .* \| contained \|$/gm)];
  const contained = new Set(listed.map(([, name, version]) => `${name} ${version}`));
  const built = [...read("dist/bundle/licenses.md").matchAll(/^## (\S+ \d\S*)$/gm)].map(([, name]) => name);
  expect(built.join()).toContain("typeorm ");
  expect(built.filter((name) => !contained.has(name))).toEqual([]);
});

it("what is built into the command is listed as contained, and has the text of its licence beside it", () => {
  const read = (path) => readFileSync(join(ROOT, "apps/cli", path), "utf8");
  const listed = [...read("THIRD-PARTY.md").matchAll(/^\| (\S+) \| (\S+) \| .* \| contained \|$/gm)];
  const contained = listed.map(([, name, version]) => `${name} ${version}`);
  const built = [...read("dist/bundle/licenses.md").matchAll(/^## (.+)$/gm)].map(([, name]) => name);
  expect(built.join()).toContain("undici ");
  // Packages of types alone leave nothing in the files.
  expect(contained.filter((name) => !name.startsWith("openapi-typescript-helpers "))).toEqual(built);
});
