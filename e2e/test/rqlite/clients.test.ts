import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rqliteBinary } from "../../support/rqlite/node.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rqlite-clients-"));
  server = await ServerProcess.start();
});
afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("rqlite-js", () => {
  const { DataApiClient, BackupApiClient } = createRequire(import.meta.url)("rqlite-js");
  const auth = { username: "", password: API_KEY };
  const options = { httpAgent: undefined, authentication: auth, auth };

  it("writes, reads, runs transactions, hears of errors, and takes backups", async () => {
    const client = new DataApiClient(server.url, options);
    const made = await client.execute("CREATE TABLE js (id integer not null primary key, name text)");
    expect(made.getFirstError()).toBeUndefined();
    const inserted = await client.execute('INSERT INTO js(name) VALUES("fiona")');
    expect([inserted.get(0).getLastInsertId(), inserted.get(0).getRowsAffected()]).toEqual([1, 1]);
    const many = await client.execute([
      ["INSERT INTO js(name) VALUES(?)", "sinead"],
      ["INSERT INTO js(name) VALUES(:name)", { name: "bob" }],
    ]);
    expect(many.hasError()).toBe(false);
    const read = await client.query('SELECT name FROM js WHERE id="1"');
    expect(read.get(0).toObject()).toEqual({ name: "fiona" });
    expect((await client.query("SELECT * FROM js", { level: "strong", timings: true })).toArray()).toEqual([
      { id: 1, name: "fiona" },
      { id: 2, name: "sinead" },
      { id: 3, name: "bob" },
    ]);
    const failed = await client.execute([["INSERT INTO js(name) VALUES('undone')"], ["INSERT INTO js(id) VALUES(1)"]], {
      transaction: true,
    });
    expect(failed.getFirstError().toString()).toContain("UNIQUE constraint failed: js.id");
    expect((await client.query("SELECT count(*) AS n FROM js")).get(0).get("n")).toBe(3);
    expect((await client.query("SELECT nope FROM js")).getFirstError().toString()).toContain("no such column: nope");

    const backups = new BackupApiClient(server.url, options);
    const dump = await backups.backup();
    const chunks: Buffer[] = [];
    for await (const chunk of dump.body ?? dump) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).subarray(0, 15).toString()).toBe("SQLite format 3");
  });
});

describe("the shell of rqlite", () => {
  /** Types lines into the shell; resolves to what it writes. */
  function shell(...lines: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      const arguments_ = ["-p", String(server.port), "-u", `k_admin:${API_KEY}`];
      const child = execFile(
        rqliteBinary("rqlite"),
        arguments_,
        { cwd: folder, timeout: 60_000 },
        (_, stdout, stderr) => resolve(stdout + stderr),
      );
      child.stdin?.end(`${lines.join("\n")}\n.exit\n`);
    });
  }

  /** This version of the shell says EOF of each restore that has succeeded, whatever the node responds. */
  async function restore(file: string): Promise<void> {
    expect(await shell(`.restore ${file}`)).toMatch(/> ERR! EOF$/m);
  }

  it("knows the server, its tables and its schema, writes and reads", async () => {
    const shown = await shell(
      "CREATE TABLE sh (id INTEGER PRIMARY KEY, name TEXT)",
      'INSERT INTO sh(name) VALUES("fiona")',
      "SELECT * FROM sh",
      ".tables",
      ".schema",
      ".nodes",
      ".ready",
      "SELECT nope FROM sh",
      ".expvar",
      ".status",
    );
    expect(shown).toContain("1 row affected");
    expect(shown).toMatch(/\| 1 +\| fiona \|/);
    expect(shown).toMatch(/\| sh +\|/);
    expect(shown).toContain("CREATE TABLE sh (id INTEGER PRIMARY KEY, name TEXT)");
    expect(shown).toContain("no such column: nope");
    expect(shown).toContain("leader: true");
  });

  it("takes backups and dumps, and restores both", async () => {
    await shell("CREATE TABLE kept (id INTEGER PRIMARY KEY, b BLOB)", "INSERT INTO kept(b) VALUES(X'00ff')");
    expect(await shell(".backup b.sqlite3", ".dump d.sql")).toContain("written successfully");
    expect(readFileSync(join(folder, "b.sqlite3")).subarray(0, 15).toString()).toBe("SQLite format 3");
    expect(readFileSync(join(folder, "d.sql"), "utf8")).toContain(`INSERT INTO "kept" VALUES(1,X'00FF');`);

    await shell("DELETE FROM kept", "CREATE TABLE later (a)");
    await restore("b.sqlite3");
    expect(await shell("SELECT hex(b) FROM kept", ".tables")).toMatch(/00FF/);
    expect(await shell("SELECT * FROM later")).toContain("no such table: later");

    await shell("DROP TABLE kept", "DROP TABLE sh", "DROP TABLE js");
    await restore("d.sql");
    expect(await shell("SELECT hex(b) FROM kept")).toMatch(/00FF/);
  });

  it("is told of a wrong key", async () => {
    const response = await fetch(`${server.url}/db/query?q=SELECT+1`, {
      headers: { authorization: `Basic ${Buffer.from("k_other:sk_test_abc123").toString("base64")}` },
    });
    expect([response.status, await response.text(), response.headers.get("www-authenticate")]).toEqual([401, "", null]);
  });
});
