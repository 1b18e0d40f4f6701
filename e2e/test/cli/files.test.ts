import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute } from "../../support/http.js";
import { findSqliteShell } from "../../support/program.js";
import { ServerProcess } from "../../support/server.js";

const folder = mkdtempSync(join(tmpdir(), "helios-cli-files-"));
const sqlite = findSqliteShell();
let server: ServerProcess;
let helios: Helios;
let first: number;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await execute(server, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  first = (await execute(server, "main", "INSERT INTO items VALUES (1, 'lamp')")).scn;
  await execute(server, "main", "INSERT INTO items VALUES (2, 'desk')");
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const count = async (branch: string) =>
  (await helios.run(["query", "SELECT count(*) AS n FROM items", "-b", branch, "-o", "csv"])).stdout;

it("a branch is downloaded, now or then, and loaded as another", async () => {
  const [now, then] = [join(folder, "now.db"), join(folder, "then.db")];
  const done = await helios.run(["branch", "download", "main", now]);
  expect([done.code, done.stdout]).toEqual([0, ""]);
  expect(done.stderr).toMatch(new RegExp(`^Wrote ${statSync(now).size} bytes to ${now}, scn \\d+\n$`));
  expect((await helios.run(["branch", "download", `main@scn:${first}`, then])).stderr).toContain(`scn ${first}\n`);

  const loaded = await helios.run([
    "branch",
    "upload",
    "now",
    now,
    "--display-name",
    "Now",
    "--message",
    "from a file",
  ]);
  expect(JSON.parse(loaded.stdout)).toMatchObject({ name: "now", displayName: "Now", expiresAt: null });
  const expiring = await helios.run(["branch", "upload", "then", then, "--expires", "1h"]);
  expect(JSON.parse(expiring.stdout).expiresAt).toMatch(/^\d{4}-/);
  expect([await count("now"), await count("then")]).toEqual(["n\n2\n", "n\n1\n"]);
  const history = await helios.run(["branch", "history", "now", "--kind", "import", "-o", "csv"]);
  expect(history.stdout).toContain(",from a file\n");
});

it("a download goes to stdout, and over a file only when told to", async () => {
  const path = join(folder, "there.db");
  writeFileSync(path, "mine");
  const refused = await helios.run(["branch", "download", "main", path]);
  expect([refused.code, readFileSync(path, "utf8")]).toEqual([2, "mine"]);
  expect(refused.stderr).toContain(`${path} already exists`);
  expect((await helios.run(["branch", "download", "main", path, "--force"])).code).toBe(0);
  expect(readFileSync(path, "latin1").slice(0, 15)).toBe("SQLite format 3");
  const piped = await helios.run(["branch", "download", "main", "-"]);
  expect(piped.stdout.slice(0, 15)).toBe("SQLite format 3");
  expect(piped.stderr).toMatch(/^Wrote \d+ bytes, scn \d+\n$/);
});

it("what can't be is refused, and leaves no file", async () => {
  const [missing, bad] = [join(folder, "missing.db"), join(folder, "bad.db")];
  const noBranch = await helios.run(["branch", "download", "nope", missing]);
  expect([noBranch.code, existsSync(missing)]).toEqual([3, false]);
  expect(noBranch.stderr).toMatch(/^Branches: .*main/m);
  writeFileSync(bad, "no database".repeat(1000));
  const noDatabase = await helios.run(["branch", "upload", "bad", bad]);
  expect([noDatabase.code, noDatabase.stderr]).toEqual([1, expect.stringContaining("INVALID_FILE (422")]);
  expect((await helios.run(["branch", "upload", "bad", missing])).code).toBe(2);
  expect((await helios.run(["branch", "upload", "bad", folder])).code).toBe(2);
  expect((await helios.run(["branch", "upload", "main", bad])).code).toBe(4);
});

it.skipIf(sqlite === null)("a downloaded file that was changed is loaded as a change of what it was", async () => {
  const path = join(folder, "changed.db");
  await helios.run(["branch", "download", "main", path]);
  execFileSync(sqlite!, [path, "DELETE FROM items WHERE id = 1"]);
  await execute(server, "main", "INSERT INTO items VALUES (3, 'chair')");
  const loaded = await helios.run(["branch", "upload", "changed", path]);
  expect(loaded.stderr).toMatch(/was downloaded at scn \d+ and is imported as a changed copy of that state/);
  expect((await helios.run(["branch", "merge", "changed", "main"])).code).toBe(0);
  const names = await helios.run(["query", "SELECT name FROM items ORDER BY id", "-o", "csv"]);
  expect(names.stdout).toBe("name\ndesk\nchair\n");

  const alone = await helios.run(["branch", "upload", "alone", path, "--no-from"]);
  expect([alone.code, alone.stderr]).toEqual([0, ""]);
  const told = await helios.run(["branch", "upload", "told", path, "--from", `main@scn:${first}`]);
  expect([told.code, told.stderr]).toEqual([0, ""]);
  expect((await helios.run(["branch", "upload", "no", path, "--from", "main"])).code).toBe(2);
});
