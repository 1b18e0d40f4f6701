import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_BRANCHES, ScriptedServer } from "./support/scripted-server.js";

const execute = promisify(execFile);
const PACKAGE = resolve(import.meta.dirname, "..");
const TSC = resolve(PACKAGE, "../../node_modules/typescript/bin/tsc");

const PROGRAM = `
async function main(): Promise<void> {
  const client = new HeliosDBClient({ baseUrl: process.argv[2] ?? "", apiKey: "hdb_test" });
  const { total } = await client.branches.list();
  const failure: unknown = await client.branches.get("").catch((error: unknown) => error);
  console.log(total, failure instanceof TypeError, typeof HeliosDBError);
  await client.close();
}
void main();
declare const process: { argv: string[] };
declare const console: { log(...values: unknown[]): void };
`;

let server: ScriptedServer;
let folder: string;
let tarball: string;

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

beforeAll(async () => {
  server = await ScriptedServer.start();
  folder = mkdtempSync(join(tmpdir(), "helios-pack-"));
  const [packed] = JSON.parse(
    run("npm", ["pack", "--json", "--loglevel=error", "--pack-destination", folder], PACKAGE),
  ) as [{ filename: string }];
  tarball = join(folder, packed.filename);
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An empty project with nothing but the packed client and strict TypeScript; not even Node's types. */
function makeProject(type: "module" | "commonjs"): string {
  const project = mkdtempSync(join(folder, `${type}-`));
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "consumer", version: "1.0.0", private: true, type }),
  );
  const compilerOptions = { strict: true, module: "NodeNext", target: "ES2022", lib: ["ES2023", "DOM"], types: [] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  writeFileSync(
    join(project, "main.ts"),
    `import { HeliosDBClient, HeliosDBError } from "@heliosdb/client";\n${PROGRAM}`,
  );
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", tarball], project);
  return project;
}

describe.each(["module", "commonjs"] as const)("the packed client in an empty project of type %s", (type) => {
  it("compiles with its own types checked, and runs", async () => {
    const project = makeProject(type);
    run(process.execPath, [TSC, "-p", "."], project);
    server.answers(NO_BRANCHES);
    // The scripted server lives in this process, so the program must not be waited for synchronously.
    const { stdout } = await execute(process.execPath, ["main.js", server.url], { cwd: project });
    expect(stdout).toBe("0 true function\n");
  });
});

it("the package holds what it needs and nothing else", () => {
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--loglevel=error", "--dry-run"], PACKAGE)) as [
    { files: { path: string }[] },
  ];
  const top = new Set(packed.files.map((file) => file.path.split("/").slice(0, 2).join("/")));
  expect([...top].sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "THIRD-PARTY.md",
    "dist/cjs",
    "dist/esm",
    "package.json",
  ]);
});
