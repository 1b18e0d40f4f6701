import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { API_KEY, ServerProcess } from "../../support/server.js";
import { atTerminal, type Step } from "../../support/terminal.js";

const COMMAND = resolve(import.meta.dirname, "../../../apps/cli/bin/helios.js");

let server: ServerProcess;
let helios: Helios;
let source: string;
let made = 0;
beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await run("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)");
  await run("CREATE TABLE pairs (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b))");
});
beforeEach(async () => {
  source = `source-${++made}`;
  await run("INSERT OR REPLACE INTO users VALUES (1, 'base', 10), (2, 'base', 20)");
  await run("INSERT OR REPLACE INTO pairs VALUES ('x:y', 1, 'base')");
  await helios.json("branches", "create", source);
  await run("UPDATE users SET name = 'source', age = 11", source);
  await run("UPDATE pairs SET v = 'source'", source);
  await run("UPDATE users SET name = 'target'");
  await run("UPDATE pairs SET v = 'target'");
});
afterAll(async () => {
  helios.remove();
  await server?.remove();
});

const run = (sql: string, branch = "main") => helios.json("execute", sql, "--branch", branch);
const rows = async () => {
  const users = await helios.json("query", "SELECT name, age FROM users ORDER BY id");
  const pairs = await helios.json("query", "SELECT v FROM pairs");
  return [...users.map(({ name, age }: { name: string; age: number }) => `${name} ${age}`), pairs[0].v];
};
const merge = (steps: readonly Step[]) =>
  atTerminal([process.execPath, COMMAND, "merge", source, "main", "--interactive"], steps, {
    env: { HELIOSDB_URL: server.url, HELIOSDB_API_KEY: API_KEY },
  });
const answer = (send: string, wait = "[q]uit? "): Step => ({ wait, send: `${send}\r` });

it("asks about each conflict, and merges with the answers", async () => {
  const { text, code } = await merge([
    answer("source"),
    answer("x"),
    answer("u", "letters in brackets"),
    { wait: "Conflict 1 of 3", send: "" },
    answer("e"),
    answer("[1]", "as text: "),
    answer("e", "Expected one value"),
    answer("Mary Ann", "as text: "),
    answer("s"),
    answer("t"),
    answer("y", "now? [y/N] "),
  ]);
  await expect(text).toMatchFileSnapshot("../../fixtures/captures/interactive-merge.txt");
  expect(code).toBe(0);
  expect(await rows()).toEqual(["Mary Ann 11", "source 11", "target"]);
});

it("takes one side for all that is left", async () => {
  const { code } = await merge([answer("t"), answer("S"), answer("yes", "now? [y/N] ")]);
  expect(code).toBe(0);
  expect(await rows()).toEqual(["target 11", "source 11", "source"]);
});

it.each([
  ["quit", [answer("q")]],
  ["Ctrl-C", [{ wait: "[q]uit? ", send: "\u0003" }]],
  ["no at the end", [answer("S"), answer("n", "now? [y/N] ")]],
])("%s changes nothing", async (_, steps) => {
  const before = await rows();
  const { text, code } = await merge(steps);
  expect(text).toContain("Cancelled. Nothing was changed.");
  expect(code).toBe(1);
  expect(await rows()).toEqual(before);
});

it("refuses to ask where nobody can answer", async () => {
  const { code, stderr } = await helios.run(["merge", source, "main", "--interactive"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("needs a terminal")]);
});
