import { join } from "node:path";
import { build } from "esbuild";

// Each process of the host as one file, and what runs in the calling process as another: loading the hundreds of files
// that they are made of takes longer than all the rest of a start.

const DIST = join(import.meta.dirname, "../dist");
const PROCESSES = ["readers/main", "writers/main", "writers/with-log", "clones/main", "backups/main"];
const THREADS = ["process/lifeline", "log/thread"];
const OPTIONS = {
  outbase: DIST,
  outdir: join(DIST, "bundle"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
};

await build({
  ...OPTIONS,
  entryPoints: [...PROCESSES, ...THREADS].map((name) => join(DIST, `${name}.js`)),
  external: ["better-sqlite3", "pg"],
});
// The caller shares the port's classes with it: an error is one of the port's on both sides.
await build({ ...OPTIONS, entryPoints: [join(DIST, "index.js")], external: ["better-sqlite3", "@heliosdb/port"] });
