import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute, query } from "../../support/http.js";
import type { ProgramResult } from "../../support/program.js";
import { ServerProcess } from "../../support/server.js";

const folder = mkdtempSync(join(tmpdir(), "helios-cli-import-"));
const states = join(folder, "state");
let server: ServerProcess;
let helios: Helios;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, text: string | Buffer) => {
  writeFileSync(join(folder, name), text);
  return name;
};
const run = (args: string[], input?: string): Promise<ProgramResult> =>
  helios.run(args, { cwd: folder, env: { XDG_STATE_HOME: states }, input });
const load = (name: string, ...args: string[]) => run(["import", name, "-o", "csv", ...args]);
const rows = async (sql: string) => (await query(server, "main", sql)).rows;
const stateFiles = () => (existsSync(states) ? readdirSync(join(states, "heliosdb/imports")) : []);

it("a table is created from a CSV file as the command shows it, and only if it is told to", async () => {
  const people = file(
    "people.csv",
    '\ufeffid,name,zip,joined,score\r\n1,"Zoë, ""Z""",007,2025-12-01,1.5\r\n2,,010,,\r\n3,"",011,,\r\n',
  );
  const refused = await load(people, "-t", "people");
  expect([refused.code, refused.stdout]).toEqual([3, ""]);
  expect(refused.stderr).toContain('Branch "main" has no table "people". With --create it is created like this');
  const dry = await run(["import", people, "-t", "people", "--primary-key", "id", "--dry-run", "-o", "json"]);
  expect(JSON.parse(dry.stdout)).toMatchObject({
    rows: 3,
    bad: 0,
    create:
      'CREATE TABLE "people" (\n  "id" INTEGER PRIMARY KEY,\n  "name" TEXT,\n  "zip" TEXT,\n  "joined" DATE,\n  "score" REAL\n)',
  });
  expect(await rows("SELECT count(*) AS n FROM sqlite_schema")).toEqual([{ n: 0 }]);
  const done = await load(people, "-t", "people", "--create", "--primary-key", "id");
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^table,branch,rows,skipped,bad,scn\npeople,main,3,0,0,\d+\n$/),
  });
  expect(done.stderr).toBe(`${JSON.parse(dry.stdout).create}\n`);
  expect(await rows("SELECT id, name, zip, score FROM people")).toEqual([
    { id: 1, name: 'Zoë, "Z"', zip: "007", score: 1.5 },
    { id: 2, name: null, zip: "010", score: null },
    { id: 3, name: "", zip: "011", score: null },
  ]);
  expect(stateFiles()).toEqual([]);
});

it("columns that don't fit are named on both sides, and nothing is sent", async () => {
  const wrong = await load(file("wrong.csv", "id,fullname\n9,x\n"), "-t", "people");
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toBe(
    'helios: wrong.csv has columns that table "people" lacks: fullname. The file has: id, fullname. The table has: id, name, zip, joined, score.\n',
  );
  for (const [args, message] of [
    [["wrong.csv"], "Name the table"],
    [["wrong.txt", "-t", "people"], "Add --format"],
    [["missing.csv", "-t", "people"], "missing.csv can't be read"],
    [[file("empty.csv", ""), "-t", "people"], "empty.csv is empty"],
    [["wrong.csv", "-t", "people", "--resume", "--restart"], "either --resume or --restart"],
    [["wrong.csv", "-t", "new", "--create", "--type", "x=TEXT"], 'no column "x"'],
    [["wrong.csv", "-t", "people", "-b", "main@scn:1"], "Only reads take a point in time"],
  ] as [args: [string, ...string[]], message: string][]) {
    const { code, stderr } = await load(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  }
});

it("stops at the first bad line, and goes on when it is corrected", async () => {
  await execute(server, "main", "CREATE TABLE ages (name TEXT, age INTEGER CHECK (age < 200))");
  const lines = ["name,age", "a,1", "b,2", "c,x", "d,4", "e,500", "f,6"];
  const path = file("ages.csv", `${lines.join("\n")}\n`);
  const stopped = await load(path, "-t", "ages");
  expect([stopped.code, stopped.stdout]).toEqual([8, ""]);
  expect(stopped.stderr).toBe(
    'helios: ages.csv, line 4: column "age" (INTEGER): expected an integer of at most 64 bits, got "x"\n2 rows are imported. When the cause is gone, continue with --resume, or begin again with --restart.\n',
  );
  const [state] = stateFiles();
  expect(statSync(join(states, "heliosdb/imports", state!)).mode & 0o777).toBe(0o600);
  const again = await load(path, "-t", "ages");
  expect([again.code, again.stderr]).toEqual([
    2,
    expect.stringContaining("stopped after 2 rows. Continue it with --resume"),
  ]);

  file("ages.csv", `${lines.join("\n").replace("a,1", "a,9")}\n`);
  const changed = await load(path, "-t", "ages", "--resume");
  expect([changed.code, changed.stderr]).toEqual([
    2,
    expect.stringContaining("The first 2 rows of ages.csv are not those"),
  ]);

  file("ages.csv", `${lines.join("\n").replace("c,x", "c,3")}\n`);
  const second = await load(path, "-t", "ages", "--resume");
  expect(second.stderr).toMatch(
    /after 2 rows\.\nhelios: ages\.csv, line 6: CHECK constraint failed.*\n4 rows are imported/,
  );
  await execute(server, "main", "DROP TABLE ages");
  await execute(server, "main", "CREATE TABLE ages (name TEXT, age INTEGER)");
  const last = await load(path, "-t", "ages", "--resume");
  expect(last).toMatchObject({ code: 0, stdout: expect.stringContaining("\nages,main,6,0,0,") });
  expect((await rows("SELECT group_concat(name, '') AS names FROM ages"))[0].names).toBe("ef");
  expect(stateFiles()).toEqual([]);
});

it("leaves out as many bad lines as allowed, and keeps them in a file that can be imported", async () => {
  await execute(server, "main", "CREATE TABLE parts (id INTEGER PRIMARY KEY, name TEXT NOT NULL)");
  const good = Array.from({ length: 200 }, (_, index) => `${index + 10},n${index}`);
  good[100] = "10,again";
  good[150] = "nine,x";
  good[151] = "999";
  good[152] = "998,";
  const path = file("parts.csv", `id,name\n${good.join("\n")}\n`);
  const done = await load(path, "-t", "parts", "--max-bad", "4", "--bad-lines", "bad.csv");
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("\nparts,main,196,0,4,") });
  expect(done.stderr.split("\n")).toEqual([
    "line 102: UNIQUE constraint failed: parts.id",
    'line 152: column "id" (INTEGER): expected an integer of at most 64 bits, got "nine"',
    "line 153: expected 2 fields, got 1",
    "line 154: NOT NULL constraint failed: parts.name",
    "",
  ]);
  expect(readFileSync(join(folder, "bad.csv"), "utf8")).toBe("id,name\n10,again\nnine,x\n999\n998,\n");
  expect(await rows("SELECT count(*) AS n FROM parts")).toEqual([{ n: 196 }]);
  const dry = await load(path, "-t", "parts", "--dry-run");
  expect([dry.code, dry.stderr]).toEqual([8, expect.stringContaining("2 bad lines, and --max-bad allows 0.")]);
});

it("overwrites no file with bad lines, least of all the one that it reads", async () => {
  const path = file("own.csv", "id,n\n1,a\nx,b\n3,c\n");
  const args = ["-t", "own", "--create", "--type", "id=INTEGER", "--max-bad", "3", "--bad-lines"];
  const own = await load(path, ...args, path);
  expect([own.code, own.stderr]).toEqual([2, expect.stringContaining("own.csv is the file to import")]);
  file("kept.txt", "mine");
  const kept = await load(path, ...args, "kept.txt");
  expect([kept.code, kept.stderr]).toEqual([2, expect.stringContaining("kept.txt already exists")]);
  expect(readFileSync(join(folder, path), "utf8")).toBe("id,n\n1,a\nx,b\n3,c\n");
  expect(readFileSync(join(folder, "kept.txt"), "utf8")).toBe("mine");
  const alike = await load(path, "-t", "own", "--create", "--delimiter", ";", "--quote", ";");
  expect([alike.code, alike.stderr]).toEqual([2, expect.stringContaining("--delimiter and --quote are the same")]);
  expect((await load(path, ...args, "kept.txt", "--force")).code).toBe(0);
  expect(readFileSync(join(folder, "kept.txt"), "utf8")).toBe("id,n\nx,b\n");
  const none = file("none.csv", "id,n\n4,d\n");
  expect((await load(none, ...args, "none.txt")).code).toBe(0);
  expect(existsSync(join(folder, "none.txt"))).toBe(false);
});

it("stores nothing of a text that is not UTF-8, wherever it comes from", async () => {
  await execute(server, "main", "CREATE TABLE texts (id INTEGER PRIMARY KEY, v TEXT)");
  const sql = file("latin1.sql", Buffer.from("INSERT INTO texts (v) VALUES ('caf\u00e9')", "latin1"));
  const json = file("latin1.json", Buffer.from('[{"v": "caf\u00e9"}]', "latin1"));
  for (const args of [
    ["execute", "--file", sql],
    ["data", "insert", "texts", "--file", json],
  ]) {
    const refused = await run(args);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("is not UTF-8 text")]);
  }
  expect(await rows("SELECT count(*) AS n FROM texts")).toEqual([{ n: 0 }]);
  const marked = file("marked.json", '\ufeff[{"v": "caf\u00e9"}]');
  expect((await run(["data", "insert", "texts", "--file", marked])).code).toBe(0);
  expect(await rows("SELECT v FROM texts")).toEqual([{ v: "caf\u00e9" }]);
});

it("rows whose key exists are refused, skipped or updated", async () => {
  await execute(server, "main", "CREATE TABLE stock (sku TEXT PRIMARY KEY, n INTEGER, note TEXT DEFAULT 'none')");
  await execute(server, "main", "INSERT INTO stock VALUES ('a', 1, 'mine')");
  const path = file("stock.csv", "sku,n\na,10\nb,20\n");
  expect((await load(path, "-t", "stock")).code).toBe(8);
  expect((await load(path, "-t", "stock", "--on-conflict", "ignore")).stdout).toContain("\nstock,main,1,1,0,");
  expect((await load(path, "-t", "stock", "--on-conflict", "update")).stdout).toContain("\nstock,main,2,0,0,");
  expect(await rows("SELECT * FROM stock ORDER BY sku")).toEqual([
    { sku: "a", n: 10, note: "mine" },
    { sku: "b", n: 20, note: "none" },
  ]);
});

it("nothing behind a row that the server refuses is written before that is settled", async () => {
  await execute(server, "main", "CREATE TABLE checked (n INTEGER CHECK (n <> 10000), pad TEXT)");
  // Several requests, of which two are under way at once.
  const lines = Array.from({ length: 70_000 }, (_, index) => `${index + 1},"it's ${index}"`);
  const path = file("checked.csv", `n,pad\n${lines.join("\n")}\n`);
  const stopped = await load(path, "-t", "checked");
  expect([stopped.code, stopped.stderr]).toEqual([8, expect.stringContaining("line 10001: CHECK constraint failed")]);
  expect(await rows("SELECT count(*) AS n, max(n) AS last FROM checked")).toEqual([{ n: 9999, last: 9999 }]);
  const rest = await load(path, "-t", "checked", "--resume", "--max-bad", "1");
  expect(rest.stdout).toContain("\nchecked,main,69999,0,1,");
  const sql =
    "SELECT count(*) AS n, sum(n = rowid + (rowid > 9999)) AS placed, sum(pad = 'it''s ' || (n - 1)) AS exact FROM checked";
  expect(await rows(sql)).toEqual([{ n: 69_999, placed: 69_999, exact: 69_999 }]);
});

it("other forms of CSV are read as they are said to be", async () => {
  await execute(server, "main", "CREATE TABLE forms (a TEXT, b INTEGER)");
  const count = async (text: string, ...args: string[]) =>
    (await load(file("f.csv", text), "-t", "forms", ...args)).code;
  expect(await count("x;1\n'y;z';2\n", "--no-header", "--delimiter", ";", "--quote", "'")).toBe(0);
  expect(await count('5" disk|3\n', "--no-header", "--delimiter", "|", "--quote", "none")).toBe(0);
  expect(await count("B,A\n4,\\N\n5,\n", "--null", "\\N")).toBe(0);
  expect(await count("one,two\nlast,6\n", "--columns", "a,b")).toBe(0);
  writeFileSync(join(folder, "f.tsv"), 'a\tb\n"t\tt"\t7\n');
  expect((await load("f.tsv", "-t", "forms")).code).toBe(0);
  expect((await run(["import", "-", "--format", "csv", "-t", "forms"], "a\nstdin\n")).code).toBe(0);
  expect(
    (await rows("SELECT a, b FROM forms ORDER BY rowid")).map(({ a, b }: { a: string; b: number }) => [a, b]),
  ).toEqual([
    ["x", 1],
    ["y;z", 2],
    ['5" disk', 3],
    [null, 4],
    ["", 5],
    ["last", 6],
    ["t\tt", 7],
    ["stdin", null],
  ]);
  const quote = await load(file("q.csv", 'a,b\nx,1\n"y"z,2\n'), "-t", "forms");
  expect([quote.code, quote.stderr]).toEqual([
    8,
    expect.stringContaining("q.csv, line 3: Something follows the closing quote"),
  ]);
  expect(quote.stderr).toContain("1 rows are imported");
});

it("JSON, NDJSON and SQLite files keep the types of their values", async () => {
  file(
    "j.json",
    '[\n {"id": 9007199254740993, "v": 5.0, "data": {"a": [1, 9007199254740993]}, "b": {"type": "bytea", "value": "AP8="}},\n {"id": 2, "v": 1}\n]',
  );
  expect((await load("j.json", "-t", "j", "--create")).code).toBe(0);
  expect(await rows("SELECT id, typeof(v) AS v, data, hex(b) AS b FROM j ORDER BY id")).toEqual([
    { id: 2, v: "real", data: null, b: "" },
    { id: "9007199254740993", v: "real", data: '{"a":[1,9007199254740993]}', b: "00FF" },
  ]);
  file("j.ndjson", '{"id": 3}\nnope\n{"id": 4, "more": 1}\n{"id": 5}\n');
  const lines = await load("j.ndjson", "-t", "j", "--max-bad", "5", "--bad-lines", "bad.ndjson");
  expect([lines.code, lines.stderr]).toEqual([2, expect.stringContaining("lacks: more")]);
  file("j.ndjson", '{"id": 3}\nnope\n[4]\n{"id": 5}\n');
  const kept = await load("j.ndjson", "-t", "j", "--max-bad", "5", "--bad-lines", "bad.ndjson");
  expect([kept.code, kept.stderr]).toEqual([
    0,
    expect.stringMatching(/^line 2: invalid JSON: .*\nline 3: expected a JSON object\n$/),
  ]);
  expect(readFileSync(join(folder, "bad.ndjson"), "utf8")).toBe("nope\n[4]\n");

  const db = new Sqlite(join(folder, "s.db"));
  db.exec("CREATE TABLE things (code TEXT PRIMARY KEY, x, g AS (code || '!'))");
  db.exec("INSERT INTO things VALUES ('a', 5.0), ('b', x'00'), ('c', 9223372036854775807), ('d', NULL), ('e', '5')");
  db.close();
  expect((await load("s.db", "-t", "things", "--create")).code).toBe(0);
  expect((await rows("SELECT group_concat(quote(x), ' ') AS x FROM things"))[0].x).toBe(
    "5.0 X'00' 9223372036854775807 NULL '5'",
  );
  expect((await rows("SELECT sql FROM sqlite_schema WHERE name = 'things'"))[0].sql).toContain('PRIMARY KEY ("code")');
  expect((await load("s.db", "-t", "absent", "-b", "main")).code).toBe(3);
  expect((await load(file("no.db", "no database".repeat(100)), "-t", "things")).stderr).toContain(
    "can't be read as a SQLite file",
  );
});

it("a script runs, what sqlite3 puts around it included", async () => {
  await execute(server, "main", "CREATE TABLE kept (n INTEGER)");
  const dump = [
    "PRAGMA foreign_keys=OFF;",
    "BEGIN TRANSACTION;",
    "CREATE TABLE child (id INTEGER PRIMARY KEY AUTOINCREMENT, p INTEGER REFERENCES parent (id));",
    "INSERT INTO child VALUES (1, 7);",
    "CREATE TABLE parent (id INTEGER PRIMARY KEY);",
    "INSERT INTO parent VALUES (7); -- the end; of it",
    "DELETE FROM sqlite_sequence;",
    "INSERT INTO sqlite_sequence VALUES ('child', 1);",
    "CREATE TRIGGER t AFTER INSERT ON child BEGIN INSERT INTO kept VALUES (new.id); END;",
    "COMMIT;",
  ];
  const done = await load(file("dump.sql", dump.join("\n")));
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^branch,statements,bad,scn\nmain,5,0,\d+\n$/),
    stderr: "",
  });
  file(
    "more.sql",
    "INSERT INTO kept VALUES (1);\nEXPLAIN SELECT 1;\nSELECT 1;\nINSERT INTO kept\n VALUES (2);\nnonsense",
  );
  const stopped = await load("more.sql");
  expect([stopped.code, stopped.stderr]).toEqual([8, expect.stringContaining("more.sql, line 2: EXPLAIN only reads")]);
  const rest = await load("more.sql", "--resume", "--max-bad", "2", "--bad-lines", "bad.sql");
  expect([rest.code, rest.stdout]).toEqual([0, expect.stringContaining("\nmain,3,2,")]);
  expect(readFileSync(join(folder, "bad.sql"), "utf8")).toBe("EXPLAIN SELECT 1;\nnonsense;\n");
  expect(await rows("SELECT n FROM kept")).toEqual([{ n: 1 }, { n: 2 }]);
  expect((await load("more.sql", "-t", "kept")).code).toBe(2);
});
