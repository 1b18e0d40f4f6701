import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute } from "../../support/http.js";
import { ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await execute(server, "main", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)");
  await execute(server, "main", "CREATE TABLE pairs (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b))");
  await execute(server, "main", "INSERT INTO users VALUES (1, 'Alice', 'a@x'), (2, 'Bob', 'b@x')");
  await execute(server, "main", "INSERT INTO pairs VALUES ('x', 1, 'one')");
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
});

const out = async (...args: string[]) => {
  const { code, stdout, stderr } = await helios.run(args);
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return stdout;
};

describe("batch", () => {
  it("runs the statements of a file as one commit", async () => {
    const file = join(helios.configHome, "setup.sql");
    writeFileSync(file, "-- set up\nCREATE TABLE log (text TEXT);\nINSERT INTO log VALUES ('a;b'), ('c');\n");
    const result = await helios.run(["batch", "--file", file, "--message", "set up", "-o", "csv"]);
    expect(result.stdout).toBe("statement,rows\nCREATE_TABLE,0\nINSERT,2\n");
    const [, scn] = /^2 statements, scn (\d+)\n$/.exec(result.stderr) ?? [];
    const [newest] = JSON.parse(await out("branch", "history", "main", "--limit", "1"));
    expect(newest).toMatchObject({ scn: Number(scn), message: "set up" });
  });

  it("does nothing where one fails, and names it", async () => {
    const result = await helios.run(["batch", "-"], {
      input: "DELETE FROM users; INSERT INTO pairs VALUES ('x', 1, 2);",
    });
    expect([result.code, result.stdout]).toEqual([4, ""]);
    expect(result.stderr).toContain("Statement 2 of 2: INSERT INTO pairs VALUES ('x', 1, 2)\n");
    expect(await out("query", "SELECT count(*) AS n FROM users", "-o", "csv")).toBe("n\n2\n");
    expect((await helios.run(["batch", " ; -- nothing"])).code).toBe(2);
  });
});

describe("history", () => {
  it("of a branch is listed, cut down and limited", async () => {
    const table = await out("branch", "history", "main", "-o", "table");
    expect(table).toMatch(/^scn +time +type +branch +author +rows +message$/m);
    expect(table).toMatch(/transaction +main +\S+ +users \+2 +INSERT INTO users/);
    const csv = await out("branch", "history", "main", "--kind", "transaction", "--table", "pairs", "-o", "csv");
    expect(csv.trim().split("\n")).toHaveLength(2);
    expect(csv).toContain(",pairs +1,");
    expect(await out("branch", "history", "main", "--author", "nobody")).toBe("[]\n");
    expect(await out("branch", "history", "main", "--until", "2001-01-01")).toBe("[]\n");
    const short = await helios.run(["branch", "history", "main", "--limit", "2"]);
    expect(JSON.parse(short.stdout)).toHaveLength(2);
    expect(short.stderr).toBe("Showing the newest 2 commits (see --limit)\n");
    const bad = await helios.run(["branch", "history", "main", "--kind", "writes"]);
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining("transaction")]);
  });

  it("of a row tells who made what of it", async () => {
    await out("execute", "UPDATE pairs SET v = 'two' WHERE a = 'x'");
    const csv = await out("data", "history", "pairs", '["x",1]', "-o", "csv");
    expect(csv).toMatch(/^scn,time,type,author,branch,changed,row,message\n/);
    const types = csv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[2]);
    expect(types).toEqual(["update", "insert"]);
    const limited = await helios.run(["data", "history", "pairs", '["x",1]', "--limit", "1"]);
    expect(JSON.parse(limited.stdout)).toMatchObject([{ type: "update", changed: ["v"], row: { v: "two" } }]);
    expect(limited.stderr).toBe("Showing the newest 1 versions (see --limit)\n");
    expect((await helios.run(["data", "history", "users", "999"])).code).toBe(3);
    expect((await helios.run(["data", "history", "users", "1", "-b", "main@scn:1"])).code).toBe(2);
  });
});

describe("diff", () => {
  it("shows what a branch changed, a line for each thing", async () => {
    await out("branch", "create", "changed");
    const sql =
      "UPDATE users SET name = 'Al', email = NULL WHERE id = 1; DELETE FROM users WHERE id = 2; " +
      "INSERT INTO users (id, name) VALUES (3, 'Cy\nD'); UPDATE pairs SET v = 'three'; CREATE TABLE notes (n INTEGER)";
    await out("batch", sql, "-b", "changed");
    const shown = await out("branch", "diff", "changed", "-o", "table");
    expect(shown.split("\n").slice(0, 2)).toEqual([
      expect.stringMatching(/^--- main@scn:\d+$/),
      expect.stringMatching(/^\+\+\+ changed@scn:\d+$/),
    ]);
    expect(shown.split("\n").slice(2).sort().join("\n")).toBe(
      [
        "",
        "+ table notes",
        String.raw`+ users:3  id: 3, name: "Cy\\nD", email: NULL`,
        '- users:2  id: 2, name: "Bob", email: "b@x"',
        '~ pairs:["x",1]  v: "two" -> "three"',
        '~ users:1  name: "Alice" -> "Al", email: "a@x" -> NULL',
      ].join("\n"),
    );
  });

  it("counts alone, for one table, or against another state", async () => {
    const stat = await out("branch", "diff", "changed", "--stat", "--tables", "users", "-o", "csv");
    expect(stat).toBe("table,inserted,updated,deleted\nusers,1,1,1\n");
    const whole = JSON.parse(await out("branch", "diff", "changed", "--stat"));
    expect(whole).toMatchObject({ from: { branch: "main" }, to: { branch: "changed" }, schema: [{ name: "notes" }] });
    const back = JSON.parse(await out("branch", "diff", "main", "--from", "changed", "--tables", "pairs"));
    expect(back.rows).toMatchObject([{ table: "pairs", kind: "update", from: { v: "three" }, to: { v: "two" } }]);
    const { scn } = JSON.parse(await out("branch", "get", "main"));
    const past = await out("branch", "diff", `main@scn:${scn - 1}`, "--from", `main@scn:${scn}`, "-o", "csv");
    expect(past).toContain('pairs,update,"[""x"",1]",v,');
  });

  it("says that there is more", async () => {
    const result = await helios.run(["branch", "diff", "changed", "--limit", "1", "-o", "csv"]);
    expect(result.stdout.trim().split("\n")).toHaveLength(2);
    expect(result.stderr).toBe("Showing 1 of 4 rows (see --limit)\n");
  });
});

describe("merge --resolve", () => {
  it("decides conflicts one by one, with the reason in the history", async () => {
    await out("branch", "create", "left");
    await out(
      "batch",
      "UPDATE users SET name = 'L', email = 'l@x' WHERE id = 1; UPDATE pairs SET v = 'l'",
      "-b",
      "left",
    );
    await out("batch", "UPDATE users SET name = 'M', email = 'm@x' WHERE id = 1; UPDATE pairs SET v = 'm'");
    const choices = ["users:1:name=source", 'users:1:email=value:"both@x"', 'pairs:["x",1]:v=target'];
    const resolve = choices.flatMap((choice) => ["--resolve", choice]);
    const dry = await helios.run(["branch", "merge", "left", "main", "--dry-run"]);
    expect([dry.code, dry.stderr]).toEqual([0, expect.stringContaining('users:1 name: source "L", target "M"\n')]);
    const partly = ["branch", "merge", "left", "main", "--strategy", "manual", ...resolve.slice(0, 4)];
    const refused = await helios.run(partly);
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('pairs:["x",1] v: source "l"')]);
    await out("branch", "merge", "left", "main", "--strategy", "manual", ...resolve, "--message", "by hand");
    expect(await out("query", "SELECT name, email, v FROM users, pairs WHERE id = 1", "-o", "csv")).toBe(
      "name,email,v\nL,both@x,m\n",
    );
    expect(await out("branch", "history", "main", "--kind", "merge", "-o", "csv")).toMatch(/,by hand\n$/);
    expect((await helios.run(["branch", "merge", "left", "main", "--resolve", "users:1:name=mine"])).code).toBe(2);
  });
});
