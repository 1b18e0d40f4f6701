import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { API_KEY, ServerProcess } from "../../support/server.js";
import { atTerminal, type Step } from "../../support/terminal.js";

const COMMAND = resolve(import.meta.dirname, "../../../apps/cli/bin/helios.js");

let server: ServerProcess;
let helios: Helios;
beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await helios.json("execute", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
});
afterAll(async () => {
  helios.remove();
  await server?.remove();
});
beforeEach(() => helios.json("batch", "DELETE FROM users; INSERT INTO users VALUES (1, 'Ann')"));

const names = async (...more: string[]) =>
  ((await helios.json("query", "SELECT name FROM users ORDER BY id", ...more)) as { name: string }[]).map(
    ({ name }) => name,
  );

describe("helios transactions", () => {
  it("begins one, takes statements into it, and commits it", async () => {
    const { id } = await helios.json("transactions", "begin", "main", "--message", "from a script", "--idle", "60000");
    const inside = ["--transaction", id];
    await helios.json("execute", "INSERT INTO users VALUES (2, 'Bob')", ...inside);
    await helios.json("batch", "UPDATE users SET name = 'Anna' WHERE id = 1", ...inside);
    expect(await names(...inside)).toEqual(["Anna", "Bob"]);
    expect(await names()).toEqual(["Ann"]);
    expect(await helios.json("transactions", "list", "main")).toMatchObject([{ id, state: "writing" }]);
    expect(await helios.json("transactions", "show", "main", id)).toMatchObject({ id, mode: "write" });
    expect(await helios.json("transactions", "renew", "main", id, "--idle", "50000")).toMatchObject({ id });
    const done = await helios.json("transactions", "commit", "main", id);
    expect(done).toMatchObject({ committed: true, changed: true });
    expect(await names()).toEqual(["Anna", "Bob"]);
    const [newest] = await helios.json("log", "main", "--limit", "1");
    expect(newest).toMatchObject({ scn: done.scn, message: "from a script" });
  });

  it("rolls one back, its owner's or anybody's", async () => {
    for (const how of ["rollback", "end"]) {
      const { id } = await helios.json("transactions", "begin", "main");
      await helios.json("execute", "DELETE FROM users", "--transaction", id);
      expect(await helios.json("transactions", how, "main", id)).toMatchObject({ committed: false });
      expect(await names()).toEqual(["Ann"]);
    }
  });
});

describe("a shell", () => {
  it("makes the statements between BEGIN and COMMIT one commit, and shows it in the prompt", async () => {
    const typed = (line: string, wait: string): Step => ({ wait, send: `${line}\r` });
    const env = { HELIOSDB_URL: server.url, HELIOSDB_API_KEY: API_KEY, PAGER: "cat" };
    const { text, code } = await atTerminal(
      [process.execPath, COMMAND, "shell"],
      [
        typed("BEGIN;", "main=> "),
        typed("INSERT INTO users VALUES (2, 'Bob');", "main*=> "),
        typed("SAVEPOINT s;", "not committed yet"),
        typed("DELETE FROM users;", "SAVEPOINT"),
        typed("ROLLBACK TO s;", "DELETE: 2 rows, not committed yet"),
        typed("SELECT name FROM users;", "ROLLBACK: 0 rows"),
        typed("\\branch main", "(2 rows)"),
        typed("COMMIT;", "COMMIT or ROLLBACK first"),
        typed("COMMIT;", "COMMIT: main is at scn"),
        typed("BEGIN READONLY;", "No transaction is open"),
        typed("ROLLBACK;", "main*=> "),
        typed("BEGIN;", "nothing was written"),
        typed("DELETE FROM users;", "main*=> "),
        { wait: "DELETE: 2 rows, not committed yet", send: "\u0004" },
      ],
      { env },
    );
    expect(code).toBe(0);
    expect(text).toContain("The open transaction was rolled back.");
    expect(await names()).toEqual(["Ann", "Bob"]);
    expect(await helios.json("transactions", "list", "main")).toEqual([]);
  });
});
