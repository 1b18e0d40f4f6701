import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { API_KEY, ServerProcess } from "../../support/server.js";
import { atTerminal, type Step } from "../../support/terminal.js";

const COMMAND = resolve(import.meta.dirname, "../../../apps/cli/bin/helios.js");
const LONG = "a note that is longer than a narrow terminal is wide";

let server: ServerProcess;
let helios: Helios;
let folder: string;
beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  folder = mkdtempSync(join(tmpdir(), "helios-terminal-"));
  await helios.json("execute", "CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT)");
  await helios.json("data", "insert", "notes", JSON.stringify([{ id: 1, note: LONG }]));
});
afterAll(async () => {
  helios.remove();
  rmSync(folder, { recursive: true, force: true });
  await server?.remove();
});

/** A program in a folder of programs that does what a line of shell says. */
function program(name: string, line: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
  return path;
}

const typed = (args: readonly string[], steps: readonly Step[] = [], more: Record<string, string> = {}) => {
  const env = { HELIOSDB_URL: server.url, HELIOSDB_API_KEY: API_KEY, XDG_STATE_HOME: folder, ...more };
  return atTerminal([process.execPath, COMMAND, ...args], steps, { columns: 40, rows: 12, env });
};
const branches = async () => (await helios.json("branches", "list")).map(({ name }: { name: string }) => name);

describe("before something is destroyed", () => {
  const QUESTION = "Delete branch doomed? [y/N] ";

  it("a person is asked, and a no changes nothing", async () => {
    await helios.json("branches", "create", "doomed");
    for (const answer of ["n\r", "\r", "yess\r"]) {
      const { text, code } = await typed(["branches", "delete", "doomed"], [{ wait: QUESTION, send: answer }]);
      expect([code, text]).toEqual([1, expect.stringContaining("Cancelled. Nothing was changed.")]);
    }
    expect(await branches()).toContain("doomed");
    expect((await typed(["branches", "delete", "doomed"], [{ wait: QUESTION, send: "y\r" }])).code).toBe(0);
    expect(await branches()).not.toContain("doomed");
  });

  it("nobody is asked with --yes, and no program is", async () => {
    await helios.json("branches", "create", "doomed");
    const { text } = await typed(["branches", "delete", "doomed", "--yes"]);
    expect(text).toBe("Deleted doomed\n");
    await helios.json("branches", "create", "doomed");
    expect(await helios.run(["branches", "delete", "doomed"])).toMatchObject({ code: 0, stderr: "Deleted doomed\n" });
  });

  it("takes Ctrl-C and Ctrl-D for no", async () => {
    for (const key of ["\x03", "\x04"]) {
      const { text, code } = await typed(["branches", "delete", "main"], [{ wait: "[y/N] ", send: key }]);
      expect([code, text]).toEqual([1, expect.stringMatching(/helios: Cancelled\. Nothing was changed\.\n$/)]);
    }
  });

  it.each([
    ["branches reset", ["branches", "reset", "main"]],
    ["keys revoke", ["keys", "revoke", "k_x"]],
    ["users delete", ["users", "delete", "nobody"]],
    ["tenants delete", ["tenants", "delete", "nobody"]],
    ["webhooks delete", ["webhooks", "delete", "wh_x"]],
  ])("%s asks too", async (_, args) => {
    const { text, code } = await typed(args, [{ wait: "[y/N] ", send: "n\r" }]);
    expect([code, text]).toEqual([1, expect.stringContaining("Cancelled.")]);
  });
});

describe("a table at a terminal", () => {
  const query = ["query", "SELECT * FROM notes"];

  it("fits it, in the way that was chosen", async () => {
    const cut = (await typed(query)).text.split("\n");
    expect(cut[2]).toBe(" 1  a note that is longer than a narrow…");
    const wrapped = (await typed(["--fit", "wrap", ...query])).text.split("\n");
    expect(wrapped.slice(2, 4)).toEqual([" 1  a note that is longer than a narrow", "    terminal is wide"]);
    expect((await typed(["--fit", "off", ...query])).text).toContain(LONG);
  });

  it("says how long ago things were, and elsewhere when", async () => {
    expect((await typed(["--fit", "off", "branches", "list"])).text).toMatch(/main .*(just now|\d+ minutes? ago)\n/);
    const { stdout } = await helios.run(["branches", "list", "-o", "table"]);
    expect(stdout).toMatch(/main .*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
  });
});

describe("other programs", () => {
  it("the pager shows what is longer than the terminal is high, unless it is off", async () => {
    const pager = program("pager", `sed 's/^/paged: /'`);
    const many = "WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 30) SELECT v FROM n;\r";
    const steps = [
      { wait: "=> ", send: "SELECT 1 AS few;\r" },
      { wait: "(1 row)", send: many },
      { wait: "(30 rows)", send: "\\pager off\r" },
      { wait: "pager is off", send: many },
      { wait: "(30 rows)", send: "\\q\r" },
    ];
    const { text } = await typed(["shell"], steps, { PAGER: pager });
    expect(text.match(/^paged: 30$/gm)).toHaveLength(1);
    expect(text).not.toContain("paged: few");
  });

  it("the browser gets the address of the API pages, and its absence is told", async () => {
    const opened = join(folder, "opened");
    program("xdg-open", `echo "$1" > ${opened}`);
    const found = await helios.run(["open", "-o", "csv"], { env: { PATH: `${folder}:${process.env.PATH}` } });
    expect(found).toMatchObject({ code: 0, stderr: "" });
    await expect.poll(() => readFileSync(opened, { encoding: "utf8", flag: "a+" })).toBe(`${server.url}/v1/docs\n`);
    const none = await helios.run(["open"], { env: { PATH: join(folder, "nothing") } });
    expect(none.stderr).toContain("No browser could be started.");
  });
});
