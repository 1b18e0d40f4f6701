import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { API_KEY, ServerProcess } from "../../support/server.js";
import { atTerminal, type Step } from "../../support/terminal.js";

const COMMAND = resolve(import.meta.dirname, "../../../apps/cli/bin/helios.js");

let server: ServerProcess;
let helios: Helios;
let state: string;
beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  state = mkdtempSync(join(tmpdir(), "helios-state-"));
  await helios.json("execute", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
  await helios.json("data", "insert", "users", '[{"id":1,"name":"Zoë 日本語"},{"id":2,"name":null}]');
  await helios.json("branches", "create", "dev");
});
afterAll(async () => {
  helios.remove();
  rmSync(state, { recursive: true, force: true });
  await server?.remove();
});

const shell = (steps: readonly Step[]) => {
  const env = { HELIOSDB_URL: server.url, HELIOSDB_API_KEY: API_KEY, XDG_STATE_HOME: state, PAGER: "cat" };
  return atTerminal([process.execPath, COMMAND, "shell"], steps, { env });
};
const typed = (line: string, wait = "=> "): Step => ({ wait, send: `${line}\r` });

/** Typed at the prompt that follows a text. */
const after = (text: string, line: string): Step[] => [{ wait: text, send: "" }, typed(line)];

describe("a shell at a terminal", () => {
  it("reads statements over several lines, and keeps its place in the prompt", async () => {
    const { text, code } = await shell([
      typed("SELECT id, name"),
      typed("FROM users;", "main-> "),
      ...after("(2 rows)", "\\x"),
      ...after("are on", "SELECT name FROM users WHERE id = 1;"),
      ...after("(1 row)", "\\x off"),
      ...after("are off", "\\branch dev"),
      typed("UPDATE users SET name = 'Ann' WHERE id = 2;", "dev=> "),
      ...after("dev is at scn", "\\asof scn:3"),
      typed("SELECT name FROM users WHERE id = 2;", "dev@scn:3=> "),
      ...after("(1 row)", "DELETE FROM users;"),
      ...after("asof now returns", "\\asof now"),
      typed("\\d users", "dev=> "),
      ...after("name    text", "\\diff"),
      ...after("+++ dev", "\\q"),
    ]);
    expect(code).toBe(0);
    const told = text.replace(server.url, "http://localhost:8080");
    await expect(told).toMatchFileSnapshot("../../fixtures/captures/shell.txt");
  });

  it("shows an error and goes on", async () => {
    const { text, code } = await shell([
      typed("SELECT nope;"),
      typed("\\nope", "SQL_NAME_NOT_FOUND"),
      typed("SELECT 41 + 1 AS n;", "Unknown command"),
      typed("\\q", "(1 row)"),
    ]);
    expect(code).toBe(0);
    expect(text).toContain("n\n--\n42");
  });

  it("completes commands, tables, columns and branches", async () => {
    const { text } = await shell([
      { wait: "=> ", send: "SELECT nam\t" },
      { wait: "name", send: " FROM use\t" },
      { wait: "users", send: " WHERE id = 1;\r" },
      { wait: "(1 row)", send: "\\bra\t" },
      { wait: "\\branch", send: " de\t" },
      { wait: " dev", send: "\r" },
      { wait: "dev=> ", send: "\\q\r" },
    ]);
    expect(text).toContain("SELECT name FROM users WHERE id = 1;");
    expect(text).toContain("dev=>");
  });

  it("forgets a line at Ctrl-C, and ends at Ctrl-D", async () => {
    const { text, code } = await shell([
      typed("SELECT 1"),
      { wait: "main-> ", send: "\u0003" },
      typed("SELECT 2 AS two;", "main=> "),
      { wait: "(1 row)", send: "\u0004" },
    ]);
    expect(code).toBe(0);
    expect(text).toContain("two\n---\n  2");
  });

  it("keeps what was typed in a file that only its owner can read", async () => {
    await shell([typed("SELECT 'remembered';"), typed("\\q", "(1 row)")]);
    const file = join(state, "heliosdb/shell-history");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain("SELECT 'remembered';");
    const again = await shell([{ wait: "=> ", send: "\u001b[A\u001b[A\r" }, typed("\\q", "(1 row)")]);
    expect(again.text).toContain("remembered");
  });
});

describe("a shell that reads a script", () => {
  it("runs every statement, also one without its semicolon, and a trigger whole", async () => {
    const input = `SELECT 1 AS a; SELECT ';' AS b -- ; not an end
;
CREATE TABLE log (n INTEGER);
CREATE TRIGGER noted AFTER INSERT ON users BEGIN INSERT INTO log VALUES (new.id); INSERT INTO log VALUES (0); END;
INSERT INTO users VALUES (9, 'nine');
\\format csv
SELECT count(*) AS n FROM log`;
    const { code, stdout } = await helios.run(["shell", "dev", "-o", "ndjson"], { input });
    expect(stdout).toBe('{"a":1}\n{"b":";"}\nn\n2\n');
    expect(code).toBe(0);
  });

  it("stops at the first error, with its exit code", async () => {
    const { code, stdout, stderr } = await helios.run(["shell", "-o", "csv"], {
      input: "SELECT 1 AS a;\nSELECT nope;\nSELECT 2 AS b;\n",
    });
    expect([code, stdout]).toEqual([1, "a\n1\n"]);
    expect(stderr).toContain("no such column: nope");
  });

  it("runs a file", async () => {
    const file = join(state, "script.sql");
    writeFileSync(file, "SELECT 5 AS five;\nSELECT 6 AS six");
    const { stdout } = await helios.run(["shell", "-o", "csv"], { input: `\\i ${file}\n` });
    expect(stdout).toBe("five\n5\nsix\n6\n");
    const missing = await helios.run(["shell"], { input: `\\i ${file}x\n` });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("can't be read")]);
  });
});
