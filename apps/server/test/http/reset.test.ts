import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, get, must, post, rows, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "INSERT INTO items VALUES (1, 'lamp')");
});
afterAll(() => server?.remove());

const branch = (name: string, more: object = {}) => must(server, "POST", "/v1/branches", { name, ...more });
const insert = (id: number, on: string) => execute(server, `INSERT INTO items VALUES (${id}, 'item ${id}')`, on);
const ids = async (on: string) =>
  (await rows(server, "SELECT id FROM items ORDER BY id", on)).map(({ id }: { id: number }) => id);

describe("resetting a branch", () => {
  it("to its parent takes the parent's newest state, without a body", async () => {
    const made = await branch("behind");
    await insert(10, "behind");
    await insert(2, "main");
    const reset = await post(server, "/v1/branches/behind/reset");
    expect(reset.status).toBe(200);
    expect(reset.body).toMatchObject({ id: made.id, name: "behind", parent: "main" });
    expect(reset.body.scn).toBe((await must(server, "GET", "/v1/branches/main")).scn);
    expect(await ids("behind")).toEqual(await ids("main"));
  });

  it("to its parent at a point in time", async () => {
    const { scn } = await insert(3, "main");
    await insert(4, "main");
    await branch("picky");
    const reset = await post(
      server,
      "/v1/branches/picky/reset",
      { to: "parent", as_of: `scn:${scn}` },
      { accept: SPEC },
    );
    expect(reset.body.data).toMatchObject({ name: "picky", status: "active", scn });
    expect(await ids("picky")).not.toContain(4);
    expect(await ids("picky")).toContain(3);
  });

  it("to itself at a point in time forgets what came after, which stays readable", async () => {
    await branch("selfish");
    const kept = await insert(20, "selfish");
    const lost = await insert(21, "selfish");
    const reset = await must(server, "POST", "/v1/branches/selfish/reset", {
      to: "self",
      as_of: { type: "scn", value: kept.scn },
      if_scn: lost.scn,
      message: "wrong turn",
    });
    expect(reset.scn).toBe(kept.scn);
    expect(await ids("selfish")).toContain(20);
    expect(await ids("selfish")).not.toContain(21);
    const past = await get(server, `/v1/branches/selfish/tables/items/data?as_of=scn:${lost.scn}&filter=id=21`);
    expect([past.status, past.body.total]).toEqual([200, 1]);
  });

  it("leaves nothing to merge", async () => {
    await branch("undone");
    await insert(30, "undone");
    await must(server, "POST", "/v1/branches/undone/reset");
    expect((await must(server, "POST", "/v1/branches/undone/merge", { target: "main" })).merged_keys).toBe(0);
    expect(await ids("main")).not.toContain(30);
  });

  it.each([
    ["undone", { to: "main" }, 400, "INVALID_FIELD"],
    ["undone", { to: "self", as_of: "soon" }, 400, "INVALID_POINT"],
    ["undone", { as_of: 4_000_000_000 }, 422, "POINT_IN_FUTURE"],
    ["undone", { as_of: "snap_zzzz" }, 404, "SNAPSHOT_NOT_FOUND"],
    ["undone", { if_scn: 1 }, 409, "TARGET_MOVED"],
    ["undone", { if_target_scn: 1 }, 400, "UNKNOWN_FIELD"],
    ["nope", {}, 404, "BRANCH_NOT_FOUND"],
    ["main", {}, 400, "BRANCH_PROTECTED"],
  ])("of %s with %j is refused", async (name, body, status, code) => {
    const before = (await get(server, `/v1/branches/${name}`)).body.scn;
    const answer = await post(server, `/v1/branches/${name}/reset`, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await get(server, `/v1/branches/${name}`)).body.scn).toBe(before);
  });

  it("is refused for a read-only branch, and without the scope write", async () => {
    await branch("frozen", { options: { read_only: true } });
    expect((await post(server, "/v1/branches/frozen/reset")).body.code).toBe("BRANCH_READ_ONLY");
    const answer = await post(server, "/v1/branches/undone/reset", {}, { key: KEYS.merge });
    expect([answer.status, answer.body.scope]).toEqual([403, "write"]);
  });
});
