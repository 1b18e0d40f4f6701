import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute } from "../../support/http.js";
import { ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;
let first: number;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await execute(server, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  first = (await execute(server, "main", "INSERT INTO items VALUES (1, 'lamp')")).scn;
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
});

const json = (...args: string[]) => helios.json(...args);
const items = async (place: string) =>
  (await json("query", "SELECT name FROM items ORDER BY id", "-b", place)) as object;

describe("settings", () => {
  it("are given at the making, shown and changed", async () => {
    const settings = ["--display-name", "Pull request 7", "--metadata", '{"pr":7}', "--expires", "12h"];
    const made = await json("branch", "create", "pr-7", ...settings);
    expect(made).toMatchObject({ displayName: "Pull request 7", metadata: { pr: 7 } });
    expect(Math.abs(Date.parse(made.expiresAt) - Date.now() - 43_200_000)).toBeLessThan(60_000);
    const table = (await helios.run(["branches", "get", "pr-7", "-o", "table"])).stdout;
    expect(table).toMatch(/^display name +Pull request 7$/m);
    expect(table).toMatch(/^metadata +\{"pr":7\}$/m);

    const changes = ["--name", "pr-8", "--display-name", "", "--expires", "never", "--read-only", "on"];
    const changed = await json("branch", "update", "pr-7", ...changes);
    expect(changed).toMatchObject({ name: "pr-8", displayName: null, expiresAt: null, readOnly: true });
    expect(changed.metadata).toEqual({ pr: 7 });
    expect(await json("branch", "update", "pr-8", "--protected", "on")).toMatchObject({ isProtected: true });
    expect((await helios.run(["branch", "delete", "pr-8"])).code).toBe(1);
    await json("branch", "update", "pr-8", "--protected", "off", "--read-only", "off");
  });

  it.each([
    ["no change", ["branch", "update", "main"]],
    ["metadata that are no object", ["branch", "create", "x", "--metadata", "[1]"]],
    ["a time that is none", ["branch", "create", "x", "--expires", "soon"]],
    ["neither on nor off", ["branch", "update", "main", "--protected", "yes"]],
  ])("%s: code 2, and nothing is sent", async (_what, args) => {
    const result = await helios.run(args, { env: { HELIOSDB_URL: "http://127.0.0.1:1" } });
    expect([result.code, result.stdout]).toEqual([2, ""]);
  });

  it("get --stats counts what changed", async () => {
    await json("branch", "create", "ahead");
    await json("data", "insert", "items", '{"id":2,"name":"desk"}', "-b", "ahead");
    const { stdout } = await helios.run(["branch", "get", "ahead", "--stats", "-o", "table"]);
    expect(stdout).toMatch(/^inserts +1$/m);
    expect(stdout).toMatch(/^commits ahead +1$/m);
    expect(stdout).toMatch(/^commits behind +0$/m);
  });
});

describe("deleting", () => {
  it("can be taken back by name or id, under another name where the old one is taken", async () => {
    const { id } = await json("branch", "create", "gone");
    await helios.run(["branch", "delete", "gone"]);
    expect((await helios.run(["branch", "list", "--status", "deleted", "-o", "csv"])).stdout).toMatch(
      new RegExp(`^id,name,rows,scn,deleted\n${id},gone,1,\\d+,.+\n$`),
    );
    expect(await json("branch", "get", id, "--deleted")).toMatchObject({ name: "gone", state: "Deleted" });
    expect(await json("branch", "undelete", "gone")).toMatchObject({ id, name: "gone", state: "Active" });

    await helios.run(["branch", "delete", "gone"]);
    const other = await json("branch", "create", "gone");
    expect((await helios.run(["branch", "undelete", id])).code).toBe(4);
    await helios.run(["branch", "delete", "gone"]);
    const twice = await helios.run(["branch", "undelete", "gone"]);
    expect(twice.code).toBe(2);
    expect(twice.stderr).toContain("2 deleted branches are named gone");
    expect(twice.stderr).toContain(other.id);
    expect(await json("branch", "undelete", id, "--name", "back")).toMatchObject({ id, name: "back" });
    expect((await helios.run(["branch", "undelete", "never-was"])).code).toBe(3);
  });
});

describe("going back", () => {
  const LAMP = [{ name: "lamp" }];

  it("restore tries, keeps a backup, and goes back", async () => {
    await json("branch", "create", "broken");
    await json("data", "delete", "items", "--filter", "true", "-b", "broken");
    const dry = await helios.run(["branch", "restore", `broken@scn:${first}`, "--dry-run", "-o", "table"]);
    expect(dry.stdout).toMatch(/^restored +false$/m);
    expect(dry.stdout).toMatch(/^rows +items \+1$/m);
    expect(dry.stderr).toBe("Nothing was changed (--dry-run)\n");
    expect(await items("broken")).toEqual([]);
    const args = ["--as-of", `scn:${first}`, "--backup", "as-it-was", "--message", "oops"];
    expect(await json("branch", "restore", "broken", ...args)).toMatchObject({
      restored: true,
      restoredToScn: first,
      backupBranch: "as-it-was",
    });
    expect([await items("broken"), await items("as-it-was")]).toEqual([LAMP, []]);
    const moved = await helios.run(["branch", "restore", `broken@scn:${first}`, "--if-scn", "1"]);
    expect([moved.code, moved.stderr]).toEqual([4, expect.stringContaining("TARGET_MOVED")]);
    await json("data", "delete", "items", "--filter", "true", "-b", "broken");
    const named = await json("branch", "restore", `broken@scn:${first}`, "--backup");
    expect(named.backupBranch).toMatch(/^broken-backup-\d+$/);
  });

  it("restore needs one thing to go back to", async () => {
    for (const args of [["main"], ["main@scn:1", "--snapshot", "s"], ["main@scn:1", "--as-of", "scn:2"]]) {
      expect((await helios.run(["branch", "restore", ...args])).code).toBe(2);
    }
  });

  it("snapshots are kept, listed, restored and deleted", async () => {
    await json("branch", "create", "kept");
    const made = await json("branch", "snapshot", "create", "kept", "--name", "good", "--description", "before");
    expect(made).toMatchObject({ name: "good", description: "before", type: "manual", rows: 1 });
    const past = await json("branch", "snapshot", "create", `kept@scn:${first - 1}`);
    expect(past).toMatchObject({ scn: first - 1, rows: 0, name: null });
    await json("data", "delete", "items", "--filter", "true", "-b", "kept");
    expect(await json("branch", "restore", "kept", "--snapshot", "good")).toMatchObject({ restored: true });
    expect(await items("kept")).toEqual(LAMP);
    const table = (await helios.run(["branch", "snapshot", "list", "kept", "-o", "csv"])).stdout;
    expect(table).toMatch(/^id,name,type,scn,time,rows,description\n/);
    expect(table).toMatch(/,good,manual,/);
    expect(table).toMatch(/,automatic,/);
    const deleted = await helios.run(["branch", "snapshot", "delete", "kept", "good"]);
    expect(deleted).toEqual({ code: 0, stdout: "", stderr: `Deleted ${made.id}\n` });
    expect((await helios.run(["branch", "snapshot", "delete", "kept", "good"])).code).toBe(3);
  });

  it("reset takes the parent's state, or an earlier one of its own", async () => {
    await json("branch", "create", "forgetful");
    const { scn } = await json("data", "insert", "items", '{"id":9,"name":"chair"}', "-b", "forgetful");
    const wrong = await helios.run(["branch", "reset", "forgetful", "--if-scn", "1"]);
    expect([wrong.code, wrong.stderr]).toEqual([4, expect.stringContaining("TARGET_MOVED")]);
    expect(await json("branch", "reset", "forgetful", "--message", "again")).toMatchObject({ name: "forgetful" });
    expect(await items("forgetful")).toEqual(LAMP);
    await json("branch", "reset", "forgetful", "--to", "self", "--as-of", `scn:${scn}`);
    expect(await items("forgetful")).toEqual([...LAMP, { name: "chair" }]);
    const main = await helios.run(["branch", "reset", "main"]);
    expect([main.code, main.stderr]).toEqual([1, expect.stringContaining("BRANCH_PROTECTED")]);
  });
});

it("retention is shown and set", async () => {
  const get = await helios.run(["retention", "get", "-o", "csv"]);
  expect(get.stdout).toBe("history,history bytes,deleted branches\n30d,unlimited,7d\n");
  const set = await json("retention", "set", "--history", "forever", "--history-bytes", "10GB", "--deleted", "36h");
  expect(set).toEqual({ historySeconds: null, historyBytes: 1e10, deletedSeconds: 129_600 });
  const { stdout } = await helios.run(["retention", "get", "-o", "csv"]);
  expect(stdout).toBe("history,history bytes,deleted branches\nforever,10000000000,36h\n");
  for (const args of [[], ["--history", "long"], ["--history-bytes", "many"]]) {
    expect((await helios.run(["retention", "set", ...args])).code).toBe(2);
  }
});
