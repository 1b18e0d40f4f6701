import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, get, must, patch, post, rows, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

/** A branch of its own with two rows, then one changed, one deleted and one added, and a table made. */
async function damaged(name: string): Promise<{ good: number; bad: number }> {
  await must(server, "POST", "/v1/branches", { name });
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)", name);
  const good = (await execute(server, "INSERT INTO items VALUES (1, 'lamp'), (2, 'desk')", name)).scn;
  await execute(server, "UPDATE items SET name = 'broken' WHERE id = 1", name);
  await execute(server, "DELETE FROM items WHERE id = 2", name);
  await execute(server, "CREATE TABLE junk (n INTEGER)", name);
  const bad = (await execute(server, "INSERT INTO items VALUES (3, 'dust')", name)).scn;
  return { good, bad };
}
const items = (on: string, at = "") =>
  must(server, "GET", `/v1/branches/${on}/tables/items/data?order_by=id${at}`).then(({ rows }) => rows);
const GOOD = [
  { id: 1, name: "lamp" },
  { id: 2, name: "desk" },
];
const BAD = [
  { id: 1, name: "broken" },
  { id: 3, name: "dust" },
];
const CHANGES = { table: "items", inserted: 1, updated: 1, deleted: 1 };

describe("restoring", () => {
  it("brings rows and schema back by one commit, and loses nothing", async () => {
    const { good, bad } = await damaged("mended");
    const restored = await post(server, "/v1/branches/mended/restore", { as_of: `scn:${good}`, message: "oops" });
    expect(restored.status).toBe(200);
    expect(restored.body).toMatchObject({
      restored: true,
      branch: "mended",
      snapshot_id: `snap_${good.toString(36)}`,
      restored_to_scn: good,
      backup_branch: null,
      dry_run: false,
    });
    expect(restored.body.tables).toContainEqual(CHANGES);
    expect(restored.body.scn).toBeGreaterThan(bad);
    expect(await items("mended")).toEqual(GOOD);
    expect(await items("mended", `&as_of=scn:${bad}`)).toEqual(BAD);
    const { tables } = await must(server, "GET", "/v1/branches/mended/tables");
    expect(tables.map(({ name }: { name: string }) => name)).toEqual(["items"]);
    await must(server, "POST", "/v1/branches/mended/restore", { as_of: { type: "scn", value: bad } });
    expect(await items("mended")).toEqual(BAD);
  });

  it("keeps the state before as a branch when asked to", async () => {
    const { good, bad } = await damaged("backed");
    const named = await post(
      server,
      "/v1/branches/backed/restore",
      { as_of: `tx_${good}`, create_backup_branch: true, backup_branch_name: "backed-up" },
      { accept: SPEC },
    );
    expect(named.body.data).toMatchObject({ restored: true, backup_branch: "backed-up", restored_to_scn: good });
    expect(await items("backed-up")).toEqual(BAD);
    expect(await items("backed")).toEqual(GOOD);
    await must(server, "POST", "/v1/branches/backed/restore", { as_of: `scn:${bad}` });
    const { scn } = await must(server, "GET", "/v1/branches/backed");
    const plain = await must(server, "POST", "/v1/branches/backed/restore", {
      as_of: `scn:${good}`,
      create_backup_branch: true,
    });
    expect(plain.backup_branch).toBe(`backed-backup-${scn}`);
    const implied = await must(server, "POST", "/v1/branches/backed/restore", {
      as_of: `scn:${bad}`,
      backup_branch_name: "implied",
    });
    expect(implied.backup_branch).toBe("implied");
  });

  it("to a snapshot takes its id, its name, or any commit, without a body", async () => {
    const { good, bad } = await damaged("snapped");
    await must(server, "POST", "/v1/branches/snapped/snapshots", { name: "good-one", as_of: `scn:${good}` });
    for (const snapshot of ["good-one", `snap_${good.toString(36)}`]) {
      const restored = await post(server, `/v1/branches/snapped/restore/${snapshot}`);
      expect([snapshot, restored.status, restored.body.restored_to_scn]).toEqual([snapshot, 200, good]);
      expect(await items("snapped")).toEqual(GOOD);
      await must(server, "POST", `/v1/branches/snapped/restore/snap_${bad.toString(36)}`, { dry_run: false });
      expect(await items("snapped")).toEqual(BAD);
    }
    const missing = await post(server, "/v1/branches/snapped/restore/no-such");
    expect([missing.status, missing.body.code]).toEqual([404, "SNAPSHOT_NOT_FOUND"]);
  });

  it("can be tried first", async () => {
    const { good } = await damaged("tried");
    const { scn } = await must(server, "GET", "/v1/branches/tried");
    const body = { as_of: `scn:${good}`, dry_run: true, create_backup_branch: true };
    const dry = await must(server, "POST", "/v1/branches/tried/restore", body);
    expect(dry).toMatchObject({ restored: false, dry_run: true, backup_branch: null, restored_to_scn: good });
    expect(dry.tables).toContainEqual(CHANGES);
    expect(await items("tried")).toEqual(BAD);
    expect((await must(server, "GET", "/v1/branches/tried")).scn).toBe(scn);
    expect((await get(server, `/v1/branches/tried-backup-${scn}`)).status).toBe(404);
  });

  it.each([
    [{}, 400, "INVALID_FIELD"],
    [{ as_of: "soon" }, 400, "INVALID_POINT"],
    [{ as_of: "now", if_target_scn: 1 }, 409, "TARGET_MOVED"],
    [{ as_of: 4_000_000_000 }, 422, "POINT_IN_FUTURE"],
    [{ as_of: 1 }, 422, "POINT_BEFORE_HISTORY"],
    [{ as_of: "SCN", backup_branch_name: "main" }, 409, "BRANCH_EXISTS"],
    [{ as_of: "SCN", backup_branch_name: "a b" }, 400, "INVALID_BRANCH_NAME"],
    [{ as_of: "SCN", create_backup_branch: false, backup_branch_name: "x" }, 400, "FIELD_CONFLICT"],
    [{ as_of: "SCN", backup: true }, 400, "UNKNOWN_FIELD"],
  ])("with %j is refused, and nothing changes", async (body: { as_of?: unknown }, status, code) => {
    const name = `refused-${code.toLowerCase()}-${JSON.stringify(body).length}`.replaceAll("_", "-");
    const { good } = await damaged(name);
    const as_of = body.as_of === "SCN" ? `scn:${good}` : body.as_of;
    const answer = await post(server, `/v1/branches/${name}/restore`, { ...body, as_of });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await items(name)).toEqual(BAD);
  });

  it("is refused for a protected or read-only branch, an unknown one, and without the scope write", async () => {
    const { good } = await damaged("guarded");
    const restore = (name: string, key = KEYS.admin) =>
      post(server, `/v1/branches/${name}/restore`, { as_of: `scn:${good}` }, { key });
    expect((await restore("guarded", KEYS.merge)).body.code).toBe("FORBIDDEN");
    await patch(server, "/v1/branches/guarded", { is_protected: true });
    const guarded = await restore("guarded");
    expect([guarded.status, guarded.body.code]).toEqual([403, "BRANCH_PROTECTED"]);
    await patch(server, "/v1/branches/guarded", { is_protected: false, read_only: true });
    expect((await restore("guarded")).body.code).toBe("BRANCH_READ_ONLY");
    expect((await restore("nope")).body.code).toBe("BRANCH_NOT_FOUND");
    expect(await rows(server, "SELECT count(*) AS n FROM items", "guarded")).toEqual([{ n: 2 }]);
  });
});
