import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";
import { BANNER, licensesOf } from "../../../scripts/lib/bundles.mjs";

// The server and its fronts with the packages of others as a few files: Node finds, reads and links more than two
// thousand otherwise, which is more than half of the work of a start.

const PACKAGE = resolve(import.meta.dirname, "..");
const FOLDER = join(PACKAGE, "dist/bundle");

/** Packages that are found by their places, or that have files of their own to find. */
const APART = ["@heliosdb/*", "better-sqlite3", "pino", "redoc", "swagger-ui-dist"];
/** What Nest, TypeORM and debug load only where somebody has installed it. */
const OPTIONAL = [
  ...["@fastify/multipart", "@fastify/static", "@fastify/view", "class-transformer", "class-validator"],
  ...["@nestjs/microservices", "@nestjs/platform-express", "@nestjs/websockets"],
  ...["@google-cloud/spanner", "@sap/hana-client", "ioredis", "mongodb", "mssql", "mysql", "mysql2", "oracledb", "pg"],
  ...["pg-native", "pg-query-stream", "react-native-sqlite-storage", "redis", "sql.js", "sqlite3", "supports-color"],
  "typeorm-aurora-data-api-driver",
];

const OPTIONS = {
  outdir: FOLDER,
  absWorkingDir: PACKAGE,
  bundle: true,
  // Nest and TypeORM name classes in their messages: those with decorators would be called Users2, and so on.
  keepNames: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: [...APART, ...OPTIONAL.flatMap((name) => [name, `${name}/*`])],
  banner: {
    js: `${BANNER.js}
import { dirname as __dirnameOf } from "node:path";
import { fileURLToPath as __fileOf } from "node:url";
const __filename = __fileOf(import.meta.url);
const __dirname = __dirnameOf(__filename);`,
  },
  metafile: true,
  logLevel: "warning",
};

rmSync(FOLDER, { recursive: true, force: true });
// Each on its own: parts that they share would be some thirty files.
const inputs = new Set();
for (const entry of ["main", "front-main", "front/lifeline"]) {
  const name = basename(entry);
  const { metafile } = await build({ ...OPTIONS, entryPoints: { [name]: join(PACKAGE, `dist/${entry}.js`) } });
  for (const file of Object.keys(metafile.inputs)) inputs.add(file);
  namesOnlyClasses(join(FOLDER, `${name}.js`));
}
writeFileSync(join(FOLDER, "licenses.md"), licensesOf([...inputs], PACKAGE));

/**
 * Gives names to classes and to what has lost its own, and not to each arrow function whenever one is made: that takes a
 * sixth of all reads.
 */
function namesOnlyClasses(file) {
  const helper = 'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';
  const text = readFileSync(file, "utf8");
  if (!text.includes("__name(")) return;
  if (!text.includes(helper)) throw new Error(`${file}: esbuild gives names in another way than expected`);
  const condition = "target.prototype === undefined || target.name === value ? target";
  writeFileSync(file, text.replace(helper, helper.replace("=> __defProp", `=> ${condition} : __defProp`)));
}
