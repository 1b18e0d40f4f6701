import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { BANNER, licensesOf } from "../../../scripts/lib/bundles.mjs";

// The command with the client library and the other packages that it always needs, as a few files: Node loads them in
// less than half of the time.

const PACKAGE = resolve(import.meta.dirname, "..");
const FOLDER = join(PACKAGE, "dist/bundle");
const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

const CLIENT = resolve(PACKAGE, "../../packages/client/package.json");
const UNDICI = dirname(createRequire(CLIENT).resolve("undici/package.json"));
// Of undici the client library uses these two, which are half of it.
const UNDICI_PARTS = {
  name: "undici-parts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici\/lib\// }, ({ path }) => ({ path: join(UNDICI, path.slice("undici/".length)) }));
    onResolve({ filter: /^undici$/ }, ({ path }) => ({ path, namespace: "undici-parts" }));
    // Nothing here speaks HTTP/2, which takes Node as long to load as all the rest of its own modules.
    onResolve({ filter: /^node:http2$/ }, ({ path }) => ({ path, namespace: "nothing" }));
    onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "module.exports = { constants: {} };" }));
    onLoad({ filter: /.*/, namespace: "undici-parts" }, () => ({
      contents: `import Agent from "undici/lib/dispatcher/agent.js";
import fetching from "undici/lib/web/fetch/index.js";
export default { Agent, fetch: fetching.fetch };`,
    }));
  },
};

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
  plugins: [UNDICI_PARTS],
  // Node's own would load a second undici, the one inside Node.
  inject: [join(import.meta.dirname, "headers.mjs")],
  banner: BANNER,
  metafile: true,
  logLevel: "warning",
});
writeFileSync(join(FOLDER, "licenses.md"), licensesOf(Object.keys(metafile.inputs), PACKAGE));
