import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute, must } from "../../support/http.js";
import { runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess, withoutHelios } from "../../support/server.js";
import { StallingProxy } from "../../support/stalling-proxy.js";

const HELIOS = resolve(import.meta.dirname, "../../../apps/cli/bin/helios.js");
const folder = mkdtempSync(join(tmpdir(), "helios-cli-export-"));
let server: ServerProcess;
let helios: Helios;
let first: number;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await execute(server, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, data BLOB, twice AS (id * 2))");
  await execute(server, "main", "CREATE INDEX by_name ON items (name)");
  first = (await execute(server, "main", `INSERT INTO items VALUES (1, 'a "b", c', x'00ff'), (2, NULL, NULL)`)).scn;
  await execute(server, "main", `INSERT INTO items VALUES (9007199254740993, '', x'')`);
  await must(server, "POST", "/v1/branches", { name: "large" });
  await execute(server, "large", "CREATE TABLE pad AS SELECT randomblob(8000000) AS v");
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  helios.run(["export", ...args], { cwd: folder, env: { XDG_STATE_HOME: join(folder, "state") } });

it("takes one character between fields, which is no quote, and only for CSV", async () => {
  const sql = ["--query", "SELECT 1 AS a, 2 AS b"];
  expect((await run(...sql, "--format", "csv", "--delimiter", "tab")).stdout).toBe("a\tb\n1\t2\n");
  for (const [format, text] of [
    ["csv", ""],
    ["csv", ";;"],
    ["csv", "\n"],
    ["csv", '"'],
    ["json", ";"],
  ] as const) {
    const refused = await run(...sql, "--format", format, "--delimiter", text);
    expect([text, refused.code, refused.stdout]).toEqual([text, 2, ""]);
  }
  expect((await run(...sql, "--format", "ndjson", "--null", "-")).code).toBe(2);
});

it.each([
  [["branches", "get", ""]],
  [["data", "get", ""]],
  [["merge", "", "main"]],
  [["branches", "get", ".."]],
  [["query", "SELECT 1", "--branch", ".."]],
])("takes %j for a mistake in the command line", async (args) => {
  const { code, stderr } = await helios.run(args, { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^helios: Invalid .+\n$/)]);
});

it.skipIf(!existsSync("/dev/full"))("says in one line that a disk is full", async () => {
  for (const args of ["query 'SELECT 1'", "export --table items --format csv", "branches download main -"]) {
    const { code, stderr } = await runProgram("bash", ["-c", `node ${HELIOS} ${args} > /dev/full`], {
      env: { ...withoutHelios(process.env), HELIOSDB_URL: server.url, HELIOSDB_API_KEY: API_KEY },
    });
    expect([args, code, stderr]).toEqual([args, 1, expect.stringMatching(/^helios: .*ENOSPC.*\n$/)]);
  }
});

it("shows no key that can't be one", async () => {
  const key = "hdb_secret\nhdb_other";
  const refused = await helios.run(["branches", "list"], { cwd: folder, env: { HELIOSDB_API_KEY: key } });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("The API key has a character")]);
  expect(refused.stderr).not.toContain("secret");
});

it.each([
  ["csv", 'id,name,data\n1,"a ""b"", c",\\x00ff\n2,,\n9007199254740993,"",\\x\n'],
  ["tsv", 'id\tname\tdata\n1\t"a ""b"", c"\t\\x00ff\n2\t\t\n9007199254740993\t""\t\\x\n'],
  [
    "json",
    '[\n{"id":1,"name":"a \\"b\\", c","data":{"type":"bytea","value":"AP8="}},\n{"id":2,"name":null,"data":null},\n{"id":9007199254740993,"name":"","data":{"type":"bytea","value":""}}\n]\n',
  ],
  [
    "ndjson",
    '{"id":1,"name":"a \\"b\\", c","data":{"type":"bytea","value":"AP8="}}\n{"id":2,"name":null,"data":null}\n{"id":9007199254740993,"name":"","data":{"type":"bytea","value":""}}\n',
  ],
  [
    "markdown",
    '| id | name | data |\n| --- | --- | --- |\n| 1 | a "b", c | \\\\x00ff |\n| 2 |  |  |\n| 9007199254740993 |  | \\\\x |\n',
  ],
  [
    "sql",
    `CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, data BLOB, twice AS (id * 2));
INSERT INTO "items" ("id", "name", "data") VALUES
(1, 'a "b", c', X'00ff'),
(2, NULL, NULL),
(9007199254740993, '', X'');
CREATE INDEX by_name ON items (name);
`,
  ],
])("a table goes to stdout as %s", async (format, stdout) => {
  expect(await run("--table", "items", "--format", format)).toEqual({ code: 0, stdout, stderr: "" });
});

it("to stdout, the format of --output is that of the export", async () => {
  expect(await run("--table", "items", "-o", "csv")).toEqual(await run("--table", "items", "--format", "csv"));
  const other = await run("--table", "items", "-o", "yaml");
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("Add --format")]);
});

it("a query or a past state goes to a file, which is whole or not there", async () => {
  const then = await run("--table", "ITEMS", "--branch", `main@scn:${first}`, "-O", "then.csv", "--null", "\\N");
  expect([then.code, then.stdout, then.stderr]).toEqual([0, "", "Wrote 2 rows to then.csv\n"]);
  expect(readFileSync(join(folder, "then.csv"), "utf8")).toBe('id,name,data\n1,"a ""b"", c",\\x00ff\n2,\\N,\\N\n');
  expect(statSync(join(folder, "then.csv")).mode & 0o111).toBe(0);
  const query = await run(
    "--query",
    "SELECT id, id AS id, twice FROM items ORDER BY id DESC; -- all",
    "-O",
    "q.ndjson",
  );
  expect([query.code, readFileSync(join(folder, "q.ndjson"), "utf8").split("\n")[2]]).toEqual([
    0,
    '{"id":1,"id:1":1,"twice":2}',
  ]);
  const refused = await run("--table", "items", "-O", "then.csv");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("then.csv already exists")]);
  expect((await run("--table", "items", "-O", "then.csv", "--force")).code).toBe(0);
  const broken =
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 9000) SELECT iif(n = 8000, json('{'), n) FROM c";
  expect((await run("--query", broken, "-O", "broken.csv")).code).toBe(1);
  expect(readdirSync(folder).filter((name) => name.startsWith("broken"))).toEqual([]);
});

it("SQLite files have the table with its index, or the whole branch", async () => {
  expect((await run("--table", "items", "-O", "one.db")).stderr).toBe("Wrote 3 rows to one.db\n");
  const one = new Sqlite(join(folder, "one.db"), { readonly: true }).defaultSafeIntegers(true);
  expect(one.prepare("SELECT id, name, hex(data) AS data, twice FROM items").raw().all()).toEqual([
    [1n, 'a "b", c', "00FF", 2n],
    [2n, null, "", 4n],
    [9007199254740993n, "", "", 18014398509481986n],
  ]);
  expect(one.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["items", "by_name"]);
  expect(one.pragma("integrity_check", { simple: true })).toBe("ok");
  one.close();
  expect((await run("-O", "all.sqlite")).stderr).toMatch(/^Wrote \d+ bytes to all\.sqlite, scn \d+\n$/);
  expect(existsSync(join(folder, "all.sqlite.helios.json"))).toBe(true);
});

it("a whole branch as a script makes the same branch", async () => {
  await helios.json("branch", "create", "full");
  await execute(server, "full", "CREATE TABLE log (n REFERENCES later (n))");
  await execute(server, "full", "CREATE TABLE later (n INTEGER PRIMARY KEY)");
  await execute(server, "full", "INSERT INTO later VALUES (5)");
  await execute(server, "full", "INSERT INTO log VALUES (5)");
  await execute(server, "full", "CREATE VIEW names AS SELECT name FROM items");
  await execute(server, "full", "CREATE TRIGGER logs AFTER INSERT ON items BEGIN INSERT INTO log VALUES (5); END");
  expect((await run("--branch", "full", "-O", "full.sql")).stderr).toBe("Wrote 3 tables to full.sql\n");
  await helios.json("branch", "create", "again");
  await execute(server, "again", "DROP TABLE items");
  const env = { XDG_STATE_HOME: join(folder, "state") };
  const loaded = await helios.run(["import", "full.sql", "-b", "again"], { cwd: folder, env });
  expect([loaded.code, loaded.stderr]).toEqual([0, ""]);
  expect((await run("--branch", "again", "--format", "sql")).stdout).toBe(
    readFileSync(join(folder, "full.sql"), "utf8"),
  );
});

it("what can't be is refused", async () => {
  writeFileSync(join(folder, "there"), "");
  for (const [code, message, ...args] of [
    [3, 'no table "nope"', "--table", "nope", "--format", "csv"],
    [2, "Name what to write", "--format", "csv"],
    [2, "Add --format", "--table", "items"],
    [2, "either --table or --query", "--table", "items", "--query", "SELECT 1", "--format", "csv"],
    [2, "can't be streamed", "--table", "items", "--format", "sqlite"],
    [2, "can't be written", "--table", "items", "-O", "there/x.csv"],
    [1, "SQL_NAME_NOT_FOUND", "--query", "SELECT nope", "--format", "csv"],
  ] as const) {
    const refused = await run(...args);
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(message)]);
  }
});

it("has every row, as many as there are, in the memory of a few", async () => {
  const sql =
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 60000) SELECT n, hex(zeroblob(300)) AS pad FROM c";
  const path = join(folder, "many.csv");
  const args = ["--max-old-space-size=48", HELIOS, "export", "--query", sql, "-O", path];
  const env = { HELIOSDB_URL: server.url, HELIOSDB_API_KEY: API_KEY, XDG_CONFIG_HOME: helios.configHome };
  expect(await runProgram(process.execPath, args, { env })).toMatchObject({
    code: 0,
    stderr: `Wrote 60000 rows to ${path}\n`,
  });
  expect(readFileSync(path).subarray(-610).toString().split("\n").at(-2)).toBe(`60000,${"0".repeat(600)}`);
  // And back again, in the same memory.
  await execute(server, "main", "CREATE TABLE many (n INTEGER PRIMARY KEY, pad TEXT)");
  const back = ["--max-old-space-size=48", HELIOS, "import", path, "-t", "many", "-o", "csv"];
  const loaded = await runProgram(process.execPath, back, { env: { ...env, XDG_STATE_HOME: folder } });
  expect(loaded).toMatchObject({ code: 0, stdout: expect.stringContaining("\nmany,main,60000,0,0,") });
});

describe.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s", (signal) => {
  const endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n, hex(zeroblob(300)) FROM c";
  it.each([
    ["an export", ["export", "--query", endless, "-O", "stopped.csv"]],
    ["a download", ["branches", "download", "large", "stopped.db"]],
  ])("ends %s, and leaves nothing of its file", async (_what, args) => {
    const place = mkdtempSync(join(folder, "stopped-"));
    const proxy = await StallingProxy.start(server.url, 500_000);
    const child = spawn(process.execPath, [HELIOS, ...args], {
      cwd: place,
      env: {
        ...withoutHelios(process.env),
        ...{ HELIOSDB_URL: proxy.url, HELIOSDB_API_KEY: API_KEY, XDG_CONFIG_HOME: helios.configHome },
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(child, "exit");
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    await expect.poll(() => readdirSync(place).map((name) => statSync(join(place, name)).size > 0)).toEqual([true]);
    child.kill(signal);
    expect([await ended, stderr]).toEqual([
      [130, null],
      args[0] === "export" ? "" : expect.stringContaining("Stopped"),
    ]);
    expect(readdirSync(place)).toEqual([]);
    await proxy.stop();
  });
});
