import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPythonWithPip, type ProgramResult, runProgram } from "../support/program.js";
import { API_KEY, ServerProcess } from "../support/server.js";

const ROOT = resolve(import.meta.dirname, "../..");
const PACKAGE = join(ROOT, "clients/python");
const PRINTED = readFileSync(join(ROOT, "e2e/fixtures/specification/client.py"), "utf8");
const python = findPythonWithPip();

describe.skipIf(python === null)("the Python client", () => {
  let server: ServerProcess;
  let installed: string;
  beforeAll(async () => {
    server = await ServerProcess.start();
    installed = mkdtempSync(join(tmpdir(), "helios-python-"));
    const pip = ["-m", "pip", "install", "--no-index", "--no-deps", "--quiet", "--target", installed, PACKAGE];
    execFileSync(python!, pip, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, PIP_ROOT_USER_ACTION: "ignore" },
    });
  });
  afterAll(async () => {
    await server?.remove();
    if (installed) rmSync(installed, { recursive: true, force: true });
  });

  function run(args: readonly string[], cwd?: string): Promise<ProgramResult> {
    const env = {
      HELIOSDB_URL: server.url,
      HELIOSDB_API_KEY: API_KEY,
      PYTHONPATH: installed,
      PYTHONDONTWRITEBYTECODE: "1",
    };
    return runProgram(python!, ["-W", "error", ...args], { env, cwd });
  }

  it("is installed by pip from its folder, without a download", () => {
    const there = readdirSync(join(installed, "heliosdb")).filter((name) => name !== "__pycache__");
    expect(there.sort()).toEqual(
      readdirSync(join(PACKAGE, "src/heliosdb")).filter((name) => /\.(py|typed)$/.test(name)),
    );
    const [info] = readdirSync(installed).filter((name) => name.endsWith(".dist-info"));
    const metadata = readFileSync(join(installed, info!, "METADATA"), "utf8");
    const { version } = JSON.parse(readFileSync(join(ROOT, "packages/client/package.json"), "utf8"));
    expect(metadata).toContain(`Name: heliosdb\nVersion: ${version}\n`);
    expect(metadata).not.toContain("Requires-Dist");
    expect(readFileSync(join(PACKAGE, "src/heliosdb/version.py"), "utf8")).toBe(`__version__ = "${version}"\n`);
  });

  it("runs the specification's lines as printed, but for the server's address and key", async () => {
    const client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
    await client.sql.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, active BOOLEAN)");
    await client.data.insert("main", "users", [
      { name: "Alice", active: true },
      { name: "Bob", active: false },
    ]);
    const here = PRINTED.replace("http://localhost:8080", server.url).replace("your-api-key", API_KEY);
    const file = join(installed, "printed.py");
    writeFileSync(file, `${here}\nprint(branch.name, branch.parent, results.rows)\nclient.close()\n`);
    expect(await run([file])).toEqual({
      code: 0,
      stderr: "",
      stdout: "feature-auth main [{'id': 1, 'name': 'Alice', 'active': True}]\n",
    });
    expect((await client.branches.list()).branches.map((one) => one.name)).toEqual(["main"]);
    const gone = await client.branches.list({ status: "deleted" });
    expect(gone.branches.map((one) => one.name)).toEqual(["feature-auth"]);
    await client.sql.execute("DROP TABLE users");
    await client.close();
  });

  it("passes its own tests", async () => {
    const result = await run(["-m", "unittest", "discover", "-s", "tests"], PACKAGE);
    // The one that may be skipped needs openssl.
    expect(result.stderr).toMatch(/\nRan (29|[3-9]\d) tests in [\d.]+s\n\nOK( \(skipped=1\))?\n$/);
    expect(result.code).toBe(0);
  });
});
