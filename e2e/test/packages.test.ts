import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { FreshMachine } from "../support/fresh-machine.js";
import { FULL } from "../support/limits.js";
import { type ProgramResult, runProgram } from "../support/program.js";
import { difference, type RunnableBlock, runnableBlocks } from "../support/runnable-docs.js";
import { freePort, withoutHelios } from "../support/server.js";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "helios-packages-"));
const machine = new FreshMachine(folder);
/** The folder in which the documentation installs the packages. */
const project = join(machine.home, "shop");
const FIRST_PAGE = "docs/first-ten-minutes.md";
const [install, serve, ...typed] = runnableBlocks(readFileSync(join(ROOT, FIRST_PAGE), "utf8"));

/** Runs a program that must succeed. */
async function run(command: string, args: string[], cwd = project): Promise<string> {
  const { code, stdout, stderr }: ProgramResult = await runProgram(command, args, { cwd });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

function installed(path: string): string {
  return join(project, "node_modules", path);
}

const tarballs: Record<string, string> = {};

beforeAll(async () => {
  const downloads = join(machine.home, "Downloads");
  const lines = (await run(process.execPath, [join(ROOT, "scripts/pack.mjs"), downloads], ROOT)).split("\n");
  for (const line of lines) {
    const name = /heliosdb-(\w+)-[^/]+\.tgz$/.exec(line)?.[1];
    if (name) tarballs[name] = line;
  }
  const { code: failed, stdout, stderr: problems } = await machine.install(install!, { scripts: FULL });
  expect([failed, problems], stdout).toEqual([0, ""]);
  if (FULL) return;
  const { code, stderr } = await runProgram(installed(".bin/heliosdb"), ["--api-port", "0"], { cwd: project });
  expect([code, stderr]).toEqual([1, expect.stringContaining("npx --allow-scripts=better-sqlite3 @heliosdb/server")]);
  // Compiling the addon takes a minute, so a short run takes the one that is built here for the same version.
  const sqlite = dirname(createRequire(join(ROOT, "apps/server/package.json")).resolve("better-sqlite3/package.json"));
  cpSync(
    join(sqlite, "build/Release/better_sqlite3.node"),
    installed("better-sqlite3/build/Release/better_sqlite3.node"),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the server as a user of npx does, and waits until it listens. */
async function startWithNpx(
  name = "@heliosdb/server",
): Promise<{ child: ChildProcess; url: string; output(): string }> {
  const port = await freePort();
  const args = [...name.split(" "), "--api-port", String(port)];
  const env = withoutHelios(process.env);
  const child = spawn("npx", args, { cwd: project, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close");
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await closed;
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  while (!output.includes("Try: curl") && child.exitCode === null) await sleep(50);
  return { child, url: `http://127.0.0.1:${port}`, output: () => output };
}

describe("the packages in an empty project", () => {
  it("do in the first ten minutes what the documentation shows", async () => {
    const port = String(await freePort());
    const expectShown = ({ line, shown }: RunnableBlock, output: string) => {
      const text = shown?.text.replaceAll("8080", port);
      if (shown && text) expect(difference({ ...shown, text }, output), `${FIRST_PAGE}:${line}`).toBeNull();
    };
    const server = await machine.start(serve!, project, "/v1/branches\n", { HELIOSDB_API_PORT: port });
    try {
      expectShown(serve!, server.output);
      // The login is saved with the address, so the other commands need no variable.
      const [login, ...others] = typed;
      const script = `export HELIOSDB_URL=http://localhost:${port}\n${login!.script}unset HELIOSDB_URL\n`;
      const outputs = await machine.type([{ ...login!, script }, ...others], project);
      for (const [index, block] of typed.entries()) expectShown(block, outputs[index] ?? "");
    } finally {
      await server.stop();
      for (const made of ["data", ".helios"]) rmSync(join(project, made), { recursive: true, force: true });
    }
    expect(server.output).toContain("Shutting down gracefully...");
  });

  it("start a server and use it, by npx and by the names of their programs", async () => {
    const { child, url, output } = await startWithNpx();
    expect(output()).toContain(`HeliosDB listens on ${url}`);
    const key = readFileSync(join(project, "data/admin.key"), "utf8").trim();
    const env = { HELIOSDB_URL: url, HELIOSDB_API_KEY: key, XDG_CONFIG_HOME: folder };
    const helios = (...args: string[]) => runProgram(installed(".bin/helios"), args, { cwd: project, env });

    await helios("execute", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
    await helios("data", "insert", "users", "--set", "name=Alice");
    expect(await helios("branches", "create", "dev")).toMatchObject({ code: 0, stderr: "" });
    expect((await helios("query", "SELECT name FROM users", "--branch", "dev", "--output", "csv")).stdout).toBe(
      "name\nAlice\n",
    );
    expect(existsSync(installed(`@heliosdb/cli/${manifestOf("@heliosdb/cli").man}`))).toBe(true);
    const version = await runProgram("npx", ["@heliosdb/cli", "--version"], { cwd: project });
    expect(version.stdout).toBe(`${manifestOf("@heliosdb/cli").version}\n`);

    // Files that are served from packages which lie in the server's own tarball.
    for (const path of ["docs/swagger-ui-bundle.js", "docs/favicon-32x32.png", "redoc/redoc.standalone.js"]) {
      const response = await fetch(`${url}/v1/${path}`);
      expect([path, response.status]).toEqual([path, 200]);
      // A server that is told to end waits for who reads slowly.
      await response.arrayBuffer();
    }
    // Of what is built into one file, as of the modules.
    const document = await fetch(`${url}/v1/openapi.json`);
    expect(await document.json()).toEqual(JSON.parse(readFileSync(join(ROOT, "openapi/openapi.json"), "utf8")));

    // npx passes the signal on to its shell only; the server notices its end.
    const ended = once(child, "close");
    process.kill(child.pid!, "SIGTERM");
    await ended;
    expect(output()).toContain("Shutting down gracefully...");
    await expect(fetch(url)).rejects.toThrow();

    const checked = await run(installed(".bin/heliosdb"), ["check", "data"]);
    expect(checked).toContain("is complete and undamaged");
    const named = await run(installed(".bin/heliosdb-server"), ["--version"]);
    expect(named).toBe(`${manifestOf("@heliosdb/server").version}\n`);
  });

  it("start a server by the command, with the server's options, which ends with it", async () => {
    const { child, url, output } = await startWithNpx("helios serve --data-dir served");
    expect(existsSync(join(project, "served/admin.key"))).toBe(true);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const ended = once(child, "close");
    process.kill(child.pid!, "SIGTERM");
    await ended;
    expect(output()).toContain("Shutting down gracefully...");
    const help = await run(installed(".bin/helios"), ["serve", "--help"]);
    expect(help).toContain("--api-port");
    const wrong = await runProgram(installed(".bin/helios"), ["serve", "--nope"], { cwd: project });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("--nope") });
  });

  it("leave nothing missing or doubled, and nothing that reports installs", async () => {
    await run("npm", ["ls", "--all"]);
    expect(existsSync(installed("@scarf"))).toBe(false);
    expect(existsSync(installed("react"))).toBe(false);
    expect(existsSync(installed("@heliosdb/server/node_modules/better-sqlite3"))).toBe(false);
    const { dependencies } = manifestOf("@heliosdb/server");
    expect(Object.values(dependencies).filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  });
});

describe.each(["client", "cli", "server"])("the package of the %s", (name) => {
  const tool = (script: string, ...args: string[]) =>
    run(process.execPath, [join(ROOT, "node_modules", script), ...args, tarballs[name]!]);

  it("has a manifest that publint accepts, and types that resolve as the files do", async () => {
    expect(await tool("publint/src/cli.js", "run", "--strict")).toContain("All good!");
    // A command has no types, and the server is for ES modules only.
    if (name === "cli") return;
    await tool("@arethetypeswrong/cli/dist/index.js", "--profile", name === "client" ? "strict" : "esm-only");
  });

  it("has nothing of this repository's own in its manifest", async () => {
    const manifest = manifestOf(`@heliosdb/${name}`);
    expect(Object.keys(manifest)).toEqual(expect.arrayContaining(["description", "license", "engines", "files"]));
    for (const field of ["private", "scripts", "devDependencies"]) expect(manifest).not.toHaveProperty(field);
    expect(JSON.stringify(manifest)).not.toContain("workspace:");
    for (const file of ["README.md", "CHANGELOG.md", "LICENSE", "THIRD-PARTY.md"]) {
      expect(existsSync(installed(`@heliosdb/${name}/${file}`))).toBe(true);
    }
  });
});

function manifestOf(name: string): { version: string; man?: string; dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(installed(`${name}/package.json`), "utf8"));
}
