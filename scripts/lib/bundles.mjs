import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/** What esbuild is to put before each file: CommonJS packages ask for Node's own modules by `require`. */
export const BANNER = {
  js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
};

/** Who holds the copyright of packages that are under the MIT licence, but have no file that says so. */
const MIT_WITHOUT_FILE = {
  "abstract-logging": "James Sumners",
  pause: "TJ Holowaychuk",
  standardwebhooks: "Standard Webhooks",
  typeorm: "the TypeORM contributors",
};

const mitText = (holder) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * The texts of the licences of all packages of others that built files come from, as Markdown.
 * @param inputs as esbuild's metafile lists them
 * @param base the folder that their paths begin at
 */
export function licensesOf(inputs, base) {
  const folders = new Set(inputs.map((file) => folderOf(resolve(base, file))).filter((folder) => folder !== null));
  const texts = [...folders].map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `## ${name} ${version}\n\n${licenseIn(folder, name)}\n`;
  });
  return `# Licences of the packages in these files\n\n${texts.sort().join("\n")}`;
}

function licenseIn(folder, name) {
  const file = readdirSync(folder).find((each) => /^licen[cs]e([.-]\w+)?$/i.test(each));
  if (file !== undefined) return readFileSync(join(folder, file), "utf8").trim();
  if (Object.hasOwn(MIT_WITHOUT_FILE, name)) return mitText(MIT_WITHOUT_FILE[name]);
  throw new Error(`${name}, which is built in, has no licence file.`);
}

/** The folder of the package of others that a file belongs to, or null. */
function folderOf(file) {
  if (!file.split(sep).includes("node_modules")) return null;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name !== undefined) return folder;
    if (relative(folder, dirname(folder)) === "") return null;
  }
}
