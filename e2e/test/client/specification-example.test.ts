import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const ROOT = resolve(import.meta.dirname, "../../..");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const PRINTED = readFileSync(join(ROOT, "e2e/fixtures/specification/client.ts"), "utf8");

let server: ServerProcess;
let folder: string;
let client: HeliosDBClient;

beforeAll(async () => {
  server = await ServerProcess.start();
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  await client.sql.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, active BOOLEAN)");
  await client.data.insert("main", "users", [
    { name: "Alice", active: true },
    { name: "Bob", active: false },
  ]);
  folder = mkdtempSync(join(tmpdir(), "helios-example-"));
  mkdirSync(join(folder, "node_modules/@heliosdb"), { recursive: true });
  symlinkSync(join(ROOT, "packages/client"), join(folder, "node_modules/@heliosdb/client"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const compilerOptions = { strict: true, module: "NodeNext", target: "ES2022", lib: ["ES2023", "DOM"], types: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function compile(name: string, program: string): Promise<string> {
  writeFileSync(join(folder, `${name}.ts`), program);
  const { stdout } = await runProgram(process.execPath, [TSC, "-p", "."], { cwd: folder });
  return stdout;
}

describe("the specification's TypeScript example", () => {
  it("compiles as printed", async () => {
    expect(await compile("printed", PRINTED)).toBe("");
    expect(await compile("wrong", PRINTED.replace("sourceBranch", "source_branch"))).toContain("source_branch");
    rmSync(join(folder, "wrong.ts"));
  });

  it("runs as printed, but for the server's address and key, and does what it says", async () => {
    const here = PRINTED.replace("http://localhost:8080", server.url).replace("your-api-key", API_KEY);
    const told = `${here}\nconsole.log(JSON.stringify([branch.name, branch.parent, results.rows]));\nawait client.close();\n`;
    expect(await compile("run", told)).toBe("");
    const result = await runProgram(process.execPath, ["run.js"], { cwd: folder });
    expect([result.code, result.stderr]).toEqual([0, ""]);
    expect(JSON.parse(result.stdout)).toEqual(["feature-auth", "main", [{ id: 1, name: "Alice", active: true }]]);
    expect((await client.branches.list()).branches.map((one) => one.name)).toEqual(["main"]);
    const gone = await client.branches.list({ status: "deleted" });
    expect(gone.branches.map((one) => one.name)).toEqual(["feature-auth"]);
  });

  it("and its client lists what each branch changed", async () => {
    await client.branches.create({ name: "dev" });
    await client.data.insert("dev", "users", [{ name: "Cy" }]);
    const { branches } = await client.branches.list({ includeChanges: true, sort: "name" });
    expect(branches.map((one) => one.changes)).toEqual([{ inserts: 1, updates: 0, deletes: 0 }, null]);
  });
});
