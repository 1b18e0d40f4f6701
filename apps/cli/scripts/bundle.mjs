import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { build } from "esbuild";

// The command with the client library and the other packages that it always needs, as a few files: Node loads them in
// less than half of the time.

const PACKAGE = resolve(import.meta.dirname, "..");
const FOLDER = join(PACKAGE, "dist/bundle");
const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

// The names of its parts have a hash of what is in them: those of earlier builds would stay.
rmSync(FOLDER, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [join(PACKAGE, "dist/main.js")],
  outdir: FOLDER,
  absWorkingDir: PACKAGE,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: Object.keys(dependencies),
  // CommonJS packages ask for Node's own modules with it.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
  },
  metafile: true,
  logLevel: "warning",
});
writeFileSync(join(FOLDER, "licenses.md"), licenses(Object.keys(metafile.inputs)));

/** The texts of the licences of all packages of others that the files come from. */
function licenses(files) {
  const folders = new Set(files.map(folderOf).filter((folder) => folder !== null));
  const texts = [...folders].map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
    if (file === undefined)
      throw new Error(`${name} ${version}, which is built into the command, has no licence file.`);
    return `## ${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return `# Licences of the packages in these files\n\n${texts.sort().join("\n")}`;
}

/** The folder of the package of others that a file belongs to, or null. */
function folderOf(file) {
  if (!file.split(sep).includes("node_modules")) return null;
  for (let folder = dirname(resolve(PACKAGE, file)); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name !== undefined) return folder;
    if (relative(folder, dirname(folder)) === "") return null;
  }
}
