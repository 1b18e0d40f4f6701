import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute } from "../../support/http.js";
import { API_KEY, freePort, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;
let firstScn: number;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await execute(server, "main", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)");
  firstScn = (await execute(server, "main", "INSERT INTO users VALUES (1, 'Alice', 30), (2, NULL, 25)")).scn;
  await execute(server, "main", "UPDATE users SET age = 31 WHERE id = 1");
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
});

describe("query", () => {
  const SQL = "SELECT id, name, age FROM users ORDER BY id";

  it("writes JSON where stdout is no terminal", async () => {
    const result = await helios.run(["query", SQL]);
    expect(JSON.parse(result.stdout)).toEqual([
      { id: 1, name: "Alice", age: 31 },
      { id: 2, name: null, age: 25 },
    ]);
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
  });

  it("writes a table", async () => {
    const { stdout } = await helios.run(["query", SQL, "-o", "table"]);
    expect(stdout).toBe("id  name   age\n--  -----  ---\n 1  Alice   31\n 2  NULL    25\n");
  });

  it("writes CSV", async () => {
    const { stdout } = await helios.run(["-o", "csv", "query", SQL]);
    expect(stdout).toBe("id,name,age\n1,Alice,31\n2,,25\n");
  });

  it("reads the SQL from stdin and from a file", async () => {
    const file = join(helios.configHome, "query.sql");
    writeFileSync(file, "SELECT 2 AS n");
    expect((await helios.run(["query", "-"], { input: "SELECT 1 AS n" })).stdout).toContain('"n": 1');
    expect((await helios.run(["query", "--file", file])).stdout).toContain('"n": 2');
  });

  it("binds typed parameters in order", async () => {
    const { stdout } = await helios.run([
      ...["query", "SELECT $1 AS a, typeof($2) AS b, $3 AS c, $4 AS d"],
      ...["--param", "int8:9007199254740993", "--param", "float8:5", "--param", "plain: text", "--param", "null:"],
    ]);
    expect(JSON.parse(stdout)).toEqual([{ a: "9007199254740993", b: "real", c: "plain: text", d: null }]);
  });

  it("reads the past by --as-of and by BRANCH@POINT alike", async () => {
    const age = "SELECT age FROM users WHERE id = 1";
    expect((await helios.run(["query", age, "--as-of", `scn:${firstScn}`, "-o", "csv"])).stdout).toBe("age\n30\n");
    expect((await helios.run(["query", age, "-b", `main@scn:${firstScn}`, "-o", "csv"])).stdout).toBe("age\n30\n");
  });

  it("says on stderr that rows were cut, and leaves stdout clean", async () => {
    const result = await helios.run(["query", SQL, "--max-rows", "1", "-o", "csv"]);
    expect(result.stdout).toBe("id,name,age\n1,Alice,31\n");
    expect(result.stderr).toBe("Showing the first 1 rows (see --max-rows)\n");
  });
});

describe("branches, rows and statements", () => {
  it("a branch from its making to its merge", async () => {
    expect((await helios.run(["branches", "create", "dev"])).code).toBe(0);
    const insert = await helios.run([
      "data",
      "insert",
      "users",
      "--branch",
      "dev",
      "--set",
      "id=int4:3",
      "--set",
      "name=Cy",
    ]);
    expect(JSON.parse(insert.stdout)).toMatchObject({ inserted: 1, ids: [3] });
    const more = await helios.run(["data", "insert", "users", "-", "-b", "dev"], {
      input: '[{"id":4,"name":"Di"},{"id":5}]',
    });
    expect(JSON.parse(more.stdout)).toMatchObject({ inserted: 2, ids: [4, 5] });
    const update = await helios.run([
      "data",
      "update",
      "users",
      "-b",
      "dev",
      "--filter",
      "id = 5",
      "--set",
      "name=Eve",
    ]);
    expect(JSON.parse(update.stdout)).toMatchObject({ updated: 1 });
    const deleted = await helios.run(["data", "delete", "users", "--filter", "id = 4"], {
      env: { HELIOSDB_BRANCH: "dev" },
    });
    expect(JSON.parse(deleted.stdout)).toMatchObject({ deleted: 1 });
    const rows = await helios.run([
      "data",
      "get",
      "users",
      "-b",
      "dev",
      "--filter",
      "id > 2",
      "--columns",
      "id,name",
      "-o",
      "csv",
    ]);
    expect(rows.stdout).toBe("id,name\n3,Cy\n5,Eve\n");

    const merge = await helios.run(["branches", "merge", "dev", "main", "--delete-source"]);
    expect(merge.code).toBe(0);
    expect(JSON.parse(merge.stdout)).toMatchObject({
      mergedKeys: 2,
      conflictCount: 0,
      completed: true,
      sourceDeleted: true,
    });
    expect(merge.stderr).toMatch(/^Successfully merged 2 keys from 'dev' into 'main' with no conflicts\n$/);
    const names = (await helios.run(["branches", "list", "-o", "csv"])).stdout;
    expect(names).not.toMatch(/^dev,/m);
  });

  it("execute tells what it did, and writes what RETURNING gives", async () => {
    const made = await helios.run(["execute", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "-o", "csv"]);
    expect(made.stdout).toMatch(/^statement,rows,scn\nCREATE_TABLE,0,\d+\n$/);
    const returned = await helios.run(["execute", "INSERT INTO t VALUES (7) RETURNING id", "-o", "csv"]);
    expect(returned.stdout).toBe("id\n7\n");
    expect(returned.stderr).toMatch(/^INSERT: 1 rows, scn \d+\n$/);
  });

  it("tables lists them, now and then", async () => {
    await helios.run(["execute", "CREATE TABLE later (id INTEGER PRIMARY KEY)"]);
    expect((await helios.run(["tables", "-o", "csv"])).stdout).toMatch(/^later,0,/m);
    expect((await helios.run(["tables", "-b", `main@scn:${firstScn}`, "-o", "csv"])).stdout).not.toMatch(/^later,/m);
  });

  it("branches get and delete", async () => {
    await helios.run(["branches", "create", "gone", "--as-of", `scn:${firstScn}`]);
    const got = await helios.run(["branches", "get", "gone", "-o", "table"]);
    expect(got.stdout).toMatch(/^field +value\n/);
    expect(got.stdout).toMatch(/^parent +main$/m);
    expect(await helios.run(["branches", "delete", "gone"])).toEqual({ code: 0, stdout: "", stderr: "Deleted gone\n" });
  });
});

describe("failures", () => {
  it("not found: code 3, with the names that exist", async () => {
    const branch = await helios.run(["query", "SELECT 1", "-b", "nope"]);
    expect(branch.code).toBe(3);
    expect(branch.stdout).toBe("");
    expect(branch.stderr).toMatch(/^Branches: .*main/m);
    const table = await helios.run(["data", "get", "usres"]);
    expect(table.code).toBe(3);
    expect(table.stderr).toMatch(/^Tables of main: .*users/m);
  });

  it("a conflict: code 4, with the values of both sides", async () => {
    await helios.run(["branches", "create", "left"]);
    await helios.run(["execute", "UPDATE users SET name = 'Left' WHERE id = 1", "-b", "left"]);
    await helios.run(["execute", "UPDATE users SET name = 'Main' WHERE id = 1"]);
    const result = await helios.run(["branches", "merge", "left", "main", "--strategy", "manual"]);
    expect(result.code).toBe(4);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain('users:1 name: source "Left", target "Main"');
    expect(result.stderr).toContain("MERGE_CONFLICT (409");
  });

  it("a wrong key: code 5", async () => {
    const result = await helios.run(["tables"], { env: { HELIOSDB_API_KEY: "hdb_wrong_key" } });
    expect(result.code).toBe(5);
    expect(result.stderr).not.toContain("helios login");
  });

  it("no key: code 5, and how to save one", async () => {
    const result = await helios.bare(["--url", server.url, "tables"]);
    expect(result.code).toBe(5);
    expect(result.stderr).toContain(`"helios login --url ${server.url} --api-key - < data/admin.key"`);
  });

  it.each([["tables"], ["login", "--api-key", API_KEY]])(
    "no server: code 6, and how to start one (%s)",
    async (...args) => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const result = await helios.bare(["--url", url, ...args]);
      expect(result.code).toBe(6);
      expect(result.stderr).toContain("ECONNREFUSED");
      expect(result.stderr).toContain(`No server listens at ${url}. "helios serve" starts one`);
    },
  );

  it("a deadline: code 7", async () => {
    const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    const result = await helios.run(["query", endless, "--timeout", "200"]);
    expect(result.code).toBe(7);
    expect(result.stderr).toContain("QUERY_TIMEOUT");
  });

  it("bad SQL: code 1, with the server's words", async () => {
    const result = await helios.run(["query", "SELEC 1"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("INVALID_SQL (400");
  });

  it.each([
    ["no SQL", ["query"]],
    ["SQL twice", ["query", "SELECT 1", "--file", "x.sql"]],
    ["an unknown option", ["tables", "--bracnh", "main"]],
    ["a point in time named twice", ["tables", "-b", "main@scn:1", "--as-of", "scn:2"]],
    ["a write to the past", ["execute", "DELETE FROM users", "-b", "main@scn:1"]],
    ["an update without a filter", ["data", "update", "users", "--set", "a=1"]],
    ["rows that are no JSON", ["data", "insert", "users", "{"]],
    ["an integer that JSON would round", ["data", "insert", "users", '{"id": 9007199254740993}']],
    ["a bad output format", ["tables", "-o", "xml"]],
  ])("%s: code 2, and nothing is sent", async (_what, args) => {
    const result = await helios.run(args, { env: { HELIOSDB_URL: "http://127.0.0.1:1" } });
    expect(result.code).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).not.toBe("");
  });

  it("an unknown HELIOSDB_ variable: code 2, and its name", async () => {
    const result = await helios.run(["tables"], { env: { HELIOSDB_BRANHC: "dev" } });
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain("HELIOSDB_BRANHC");
    // The server's own settings are no mistake in a shell that also starts a server.
    expect((await helios.run(["tables"], { env: { HELIOSDB_DATA_DIR: "/tmp" } })).code).toBe(0);
  });
});
