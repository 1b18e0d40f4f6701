import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute } from "../../support/http.js";
import { runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const HELIOS = resolve(import.meta.dirname, "../../../apps/cli/bin/helios.js");
const folder = mkdtempSync(join(tmpdir(), "helios-cli-stream-"));
let server: ServerProcess;
let helios: Helios;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await execute(server, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "main", `INSERT INTO items VALUES (1, 'a "lamp", two'), (2, NULL), (3, '')`);
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const many = (count: number) =>
  `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) SELECT n, hex(zeroblob(500)) AS pad FROM c`;

it("rows are written as they come, in lines or as CSV", async () => {
  const sql = "SELECT id, name FROM items WHERE id > $1 ORDER BY id";
  const lines = await helios.run(["query", sql, "--param", "int4:1", "--stream"]);
  expect(lines).toMatchObject({ code: 0, stdout: '{"id":2,"name":null}\n{"id":3,"name":""}\n', stderr: "" });
  const csv = await helios.run(["query", sql, "--param", "int4:0", "--stream", "-o", "csv"]);
  expect(csv).toMatchObject({ code: 0, stdout: 'id,name\n1,"a ""lamp"", two"\n2,\n3,""\n' });
  expect((await helios.run(["query", sql, "--param", "int4:0", "-o", "csv"])).stdout).toBe(csv.stdout);
  const none = await helios.run(["query", sql, "--param", "int4:9", "--stream", "-o", "csv"]);
  expect(none).toMatchObject({ code: 0, stdout: "id,name\n" });
  const explained = await helios.run(["query", sql, "--param", "int4:9", "--stream", "--explain"]);
  expect([explained.stdout, explained.stderr]).toEqual(["", expect.stringContaining("SEARCH items")]);
});

it("has every row, as many as there are, in the memory of a few", async () => {
  const path = join(folder, "rows.ndjson");
  const command = `exec "${process.execPath}" --max-old-space-size=48 "${HELIOS}" query "$SQL" --stream > "${path}"`;
  const env = {
    HELIOSDB_URL: server.url,
    HELIOSDB_API_KEY: API_KEY,
    XDG_CONFIG_HOME: helios.configHome,
    SQL: many(100_000),
  };
  expect(await runProgram("sh", ["-c", command], { env })).toMatchObject({ code: 0, stderr: "" });
  expect(statSync(path).size).toBeGreaterThan(100_000_000);
  const tail = readFileSync(path).subarray(-1200).toString().trimEnd().split("\n").at(-1)!;
  expect(JSON.parse(tail).n).toBe(100_000);
  const cut = await helios.run(["query", many(100), "--stream", "--max-rows", "3"]);
  expect(cut.stdout.split("\n")).toHaveLength(4);
  expect(cut.stderr).toBe("Showing the first 3 rows (see --max-rows)\n");
});

it("ends when nobody reads on", async () => {
  const command = `"${process.execPath}" "${HELIOS}" query "$SQL" --stream --timeout 120000 | head -n 2 | cut -c 1-8`;
  const env = {
    HELIOSDB_URL: server.url,
    HELIOSDB_API_KEY: API_KEY,
    XDG_CONFIG_HOME: helios.configHome,
    SQL: many(1e9),
  };
  expect(await runProgram("sh", ["-c", command], { env })).toMatchObject({
    code: 0,
    stdout: '{"n":1,"\n{"n":2,"\n',
    stderr: "",
  });
});

it("says what went wrong, after the rows before it", async () => {
  const late = many(2_000).replace("SELECT n,", "SELECT iif(n = 1500, json('{'), n) AS n,");
  const broken = await helios.run(["query", late, "--stream"]);
  expect([broken.code, broken.stdout.trimEnd().split("\n").length]).toEqual([1, 1499]);
  expect(broken.stderr).toContain("SQL_ERROR (422");
  const timeout = await helios.run(["query", many(1e9), "--stream", "--timeout", "300"]);
  expect([timeout.code, timeout.stderr]).toEqual([7, expect.stringContaining("QUERY_TIMEOUT (408")]);
  const table = await helios.run(["query", "SELECT 1", "--stream", "-o", "table"]);
  expect([table.code, table.stderr]).toEqual([2, expect.stringContaining("--stream can't write a table")]);
  expect((await helios.run(["query", "SELECT 1", "--stream", "-b", "nowhere"])).code).toBe(3);
});
