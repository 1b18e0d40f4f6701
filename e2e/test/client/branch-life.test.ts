import { ConflictError, HeliosDBClient, InvalidRequestError, NotFoundError } from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let client: HeliosDBClient;
let first: number;

beforeAll(async () => {
  // The client asks for its dialect by name: the server's default must not matter.
  server = await ServerProcess.start({ env: { HELIOSDB_API_DIALECT: "spec" } });
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  await client.sql.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  first = (await client.data.insert("main", "items", [{ id: 1, name: "lamp" }])).scn;
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
});

const names = async (branch: string) =>
  (await client.branches.query<{ name: string }>(branch, { sql: "SELECT name FROM items ORDER BY id" })).rows.map(
    (row) => row.name,
  );

describe("the life of a branch", () => {
  it("settings, from its making to its deletion and back", async () => {
    const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    const made = await client.branches.create({
      name: "preview",
      displayName: "Pull request 7",
      metadata: { pull_request: 7, labels: ["new"] },
      expiresAt,
    });
    expect(made).toMatchObject({
      displayName: "Pull request 7",
      metadata: { pull_request: 7, labels: ["new"] },
      expiresAt,
    });
    const changed = await client.branches.update("preview", { name: "pr-7", expiresAt: null, readOnly: true });
    expect(changed).toMatchObject({ id: made.id, name: "pr-7", expiresAt: null, readOnly: true });
    expect(changed.displayName).toBe("Pull request 7");

    await client.branches.delete("pr-7");
    const { branches } = await client.branches.list({ status: "deleted" });
    expect(branches).toMatchObject([{ id: made.id, state: "Deleted", deletedAt: expect.any(Date) }]);
    await expect(client.branches.get(made.id)).rejects.toBeInstanceOf(NotFoundError);
    expect((await client.branches.get(made.id, { includeDeleted: true })).name).toBe("pr-7");
    await client.branches.create({ name: "pr-7" });
    await expect(client.branches.undelete(made.id)).rejects.toMatchObject({ code: "BRANCH_EXISTS" });
    const back = await client.branches.undelete(made.id, { name: "pr-7-old" });
    expect(back).toMatchObject({ id: made.id, name: "pr-7-old", state: "Active", metadata: { pull_request: 7 } });
  });

  it("details and commits when asked for", async () => {
    await client.branches.create({ name: "ahead" });
    await client.data.insert("ahead", "items", [{ id: 2, name: "desk" }]);
    const branch = await client.branches.get("ahead", { includeStats: true, includeHistory: true });
    expect(branch.details).toMatchObject({
      changes: { inserts: 1, updates: 0, deletes: 0 },
      divergence: { parent: "main", commitsAhead: 1, commitsBehind: 0, canFastForward: true },
    });
    expect(branch.details?.dataBytes).toBeGreaterThan(0);
    expect(branch.history?.[0]).toMatchObject({ type: "transaction", branch: "ahead" });
    expect(await client.branches.get("ahead")).not.toHaveProperty("details");
  });

  it("a reset forgets, and may be held to the state that was looked at", async () => {
    await client.branches.create({ name: "forgetful" });
    const { scn } = await client.data.insert("forgetful", "items", [{ id: 3, name: "chair" }]);
    await expect(client.branches.reset("forgetful", { ifScn: scn - 1 })).rejects.toBeInstanceOf(ConflictError);
    const reset = await client.branches.reset("forgetful", { ifScn: scn, message: "begin again" });
    expect(reset.name).toBe("forgetful");
    expect(await names("forgetful")).toEqual(["lamp"]);
    await client.branches.reset("forgetful", { to: "self", asOf: `scn:${scn}` });
    expect(await names("forgetful")).toEqual(["lamp", "chair"]);
  });
});

describe("restoring", () => {
  it("to a point in time, tried first, with a backup", async () => {
    await client.branches.create({ name: "broken" });
    await client.data.delete("broken", "items", { filter: "true" });
    const dry = await client.branches.restore("broken", { asOf: `scn:${first}`, dryRun: true });
    const tables = [{ table: "items", inserted: 1, updated: 0, deleted: 0 }];
    expect(dry).toMatchObject({ restored: false, dryRun: true, restoredToScn: first, tables, backupBranch: null });
    expect(await names("broken")).toEqual([]);
    const done = await client.branches.restore("broken", { asOf: `scn:${first}`, backupBranchName: "as-it-was" });
    expect(done).toMatchObject({ restored: true, backupBranch: "as-it-was", tables });
    expect(await names("broken")).toEqual(["lamp"]);
    expect(await names("as-it-was")).toEqual([]);
  });

  it("to a snapshot by its name", async () => {
    await client.branches.create({ name: "kept" });
    const kept = await client.branches.snapshots.create("kept", { name: "good", description: "before the change" });
    expect(kept).toMatchObject({ name: "good", type: "manual", branch: "kept", tables: 1, rows: 1 });
    expect(kept.timestamp).toBeInstanceOf(Date);
    await client.data.delete("kept", "items", { filter: "true" });
    expect((await client.branches.restore("kept", { snapshot: "good" })).restoredToScn).toBe(kept.scn);
    expect(await names("kept")).toEqual(["lamp"]);
    expect((await client.branches.snapshots.list("kept")).map((one) => one.type).sort()).toEqual([
      "automatic",
      "manual",
    ]);
    expect((await client.branches.snapshots.delete("kept", "good")).id).toBe(kept.id);
    await expect(client.branches.restore("kept", { snapshot: "good" })).rejects.toMatchObject({
      code: "SNAPSHOT_NOT_FOUND",
    });
  });

  it("to a point in time that never was is refused", async () => {
    const restore = client.branches.restore("main", { asOf: new Date("2001-01-01") });
    await expect(restore).rejects.toBeInstanceOf(InvalidRequestError);
  });
});

it("retention is read and set, each limit by itself", async () => {
  const before = await client.retention.get();
  expect(before).toEqual({ historySeconds: 30 * 86_400, historyBytes: null, deletedSeconds: 7 * 86_400 });
  const set = await client.retention.set({ historySeconds: null, historyBytes: 10_000_000 });
  expect(set).toEqual({ historySeconds: null, historyBytes: 10_000_000, deletedSeconds: before.deletedSeconds });
  expect(await client.retention.get()).toEqual(set);
});
