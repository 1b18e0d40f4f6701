import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { findShell, runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess, withoutHelios } from "../../support/server.js";

const COMMAND = resolve(import.meta.dirname, "../../../apps/cli/bin/helios.js");

let server: ServerProcess;
let helios: Helios;
beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await helios.json("branches", "create", "feature");
});
afterAll(async () => {
  helios.remove();
  await server?.remove();
});

const env = () => ({
  HELIOSDB_URL: server.url,
  HELIOSDB_API_KEY: API_KEY,
  XDG_CACHE_HOME: helios.configHome,
  XDG_CONFIG_HOME: helios.configHome,
});

describe("completion in bash", () => {
  it.each([
    ["bran", "branches"],
    ["branches get fe", "feature"],
    ["branches get zz", ""],
    ["query --bra", "--branch"],
  ])("helios %s", async (line, offered) => {
    const words = ["helios", ...line.split(" ")].map((word) => `'${word}'`).join(" ");
    const script = `
      helios() { "${process.execPath}" "${COMMAND}" "$@"; }
      source <(helios completion bash)
      COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _helios
      echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = await runProgram("bash", ["-c", script], { env: env() });
    expect({ stdout, stderr }).toEqual({ stdout: `${offered}\n`, stderr: "" });
  });
});

const [zsh, fish] = [findShell("zsh"), findShell("fish")];

it.skipIf(zsh === null)("completes in zsh, with descriptions beside the words", async () => {
  const script = `
    helios() { "${process.execPath}" "${COMMAND}" "$@"; }
    autoload -Uz compinit && compinit -u -d "$XDG_CACHE_HOME/zcompdump"
    source <(helios completion zsh)
    compadd() { print -rl -- $values $descriptions; }
    words=(helios branches get fe); CURRENT=4; $_comps[helios]
    words=(helios bran); CURRENT=2; $_comps[helios]`;
  const { stdout, stderr } = await runProgram(zsh!, ["-f", "-c", script], { env: env() });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^feature\nfeature.*\nbranches\nbranches {2}-- Create, inspect/);
});

it.skipIf(fish === null)("completes in fish", async () => {
  const script = `
    function helios; "${process.execPath}" "${COMMAND}" $argv; end
    helios completion fish | source
    complete -C "helios branches get fe"
    complete -C "helios bran"`;
  const { stdout } = await runProgram(fish!, ["--no-config", "-c", script], { env: env() });
  expect(stdout).toMatch(/^feature\nbranches\tCreate, inspect/);
});

describe("helios doctor", () => {
  const checks = async (args: string[], more = {}) => {
    const result = await helios.bare(["doctor", "-o", "json", ...args], { env: { ...env(), ...more } });
    const failed = JSON.parse(result.stdout).filter(({ ok }: { ok: boolean }) => !ok);
    return { code: result.code, failed: failed.map(({ check }: { check: string }) => check) };
  };

  it("finds nothing wrong with a server that works", async () => {
    expect(await checks([])).toEqual({ code: 0, failed: [] });
  });

  it("names what is wrong", async () => {
    expect(await checks([], { HELIOSDB_URL: "http://127.0.0.1:9" })).toEqual({ code: 1, failed: ["server"] });
    expect(await checks([], { HELIOSDB_API_KEY: "hdb_wrong" })).toEqual({ code: 1, failed: ["key", "branch"] });
    expect(await checks(["--branch", "nope"])).toEqual({ code: 1, failed: ["branch"] });
  });
});

it("draws the branches as a tree, and prints where the API pages are", async () => {
  const tree = await helios.run(["branches", "tree", "-o", "table"]);
  expect(tree.stdout).toMatch(/^main \(.*\)\n└─ feature \(.*\)\n$/);
  const page = await helios.run(["open", "--print", "-o", "csv"]);
  expect(page.stdout).toBe(`url\n${server.url}/v1/docs\n`);
  expect((await fetch(page.stdout.split("\n")[1]!)).status).toBe(200);
});

it("points to commands of other levels", async () => {
  const { code, stderr } = await helios.run(["tree"]);
  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean "helios branches tree"?');
});

it("shows definitions, and which ones differ", async () => {
  await helios.json("execute", "CREATE TABLE items (id INTEGER PRIMARY KEY, label TEXT)");
  await helios.json("execute", "CREATE INDEX by_label ON items (label)");
  await helios.json("branches", "create", "wider");
  await helios.json("execute", "ALTER TABLE items ADD COLUMN size INTEGER", "--branch", "wider");
  const shown = await helios.run(["schema", "show", "ITEMS", "-o", "table"]);
  expect(shown.stdout).toBe(
    "CREATE TABLE items (id INTEGER PRIMARY KEY, label TEXT);\nCREATE INDEX by_label ON items (label);\n",
  );
  const diff = await helios.run(["schema", "diff", "wider", "-o", "table"]);
  expect(diff.stdout.split("\n").slice(2, 4)).toEqual([
    "- CREATE TABLE items (id INTEGER PRIMARY KEY, label TEXT)",
    "+ CREATE TABLE items (id INTEGER PRIMARY KEY, label TEXT, size INTEGER)",
  ]);
});

it("runs again and again with --watch, until it is stopped", async () => {
  const child = spawn(process.execPath, [COMMAND, "query", "SELECT 1 AS n", "-o", "csv", "--watch", "0.1"], {
    env: { ...withoutHelios(process.env), ...env() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let output = "";
  for await (const part of child.stdout) {
    output += part;
    if (output.split("n\n1\n").length > 3) child.kill("SIGINT");
  }
  expect(await ended).toEqual([0, null]);
  const wrong = await helios.run(["query", "SELECT 1", "--watch", "0"]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("at least 0.1")]);
});

it("leaves out notes with --quiet but no error, and tells of requests with --verbose", async () => {
  const loud = await helios.run(["query", "SELECT 1 AS n UNION SELECT 2", "--max-rows", "1"]);
  expect(loud.stderr).toBe("Showing the first 1 rows (see --max-rows)\n");
  const quiet = await helios.run(["--quiet", "query", "SELECT 1 AS n UNION SELECT 2", "--max-rows", "1"]);
  expect([quiet.stdout, quiet.stderr]).toEqual([loud.stdout, ""]);
  expect((await helios.run(["-q", "query", "SELECT nope"])).stderr).toContain("no such column: nope");
  const told = await helios.run(["--verbose", "query", "SELECT 'secret' AS n"]);
  expect(told.stderr).toMatch(/^> POST \/v1\/branches\/\{branch\}\/query: 200 in \d+ ms, request req_\w+\n$/);
});

it("writes colours to terminals only, unless they are forced, and never with NO_COLOR", async () => {
  const tree = async (more: Record<string, string>) =>
    (await helios.run(["branches", "tree", "-o", "table"], { env: more })).stdout.includes("\u001b[");
  expect(await tree({ CI: "true", NO_COLOR: "", FORCE_COLOR: "" })).toBe(false);
  expect(await tree({ FORCE_COLOR: "1", NO_COLOR: "" })).toBe(true);
  expect(await tree({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
});
