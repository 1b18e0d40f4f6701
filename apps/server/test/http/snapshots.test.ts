import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, must, post, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const PATH = "/v1/branches/main/snapshots";
let server: TestServer;
let first: number;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  first = (await execute(server, "INSERT INTO items VALUES (1, 'lamp'), (2, 'desk')")).scn;
  await execute(server, "INSERT INTO items VALUES (3, 'chair')");
});
afterAll(() => server?.remove());

const list = async (path = PATH) => (await must(server, "GET", path)).snapshots;

describe("snapshots", () => {
  it("keep the newest state, without a body", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    const made = await post(server, PATH);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: `snap_${scn.toString(36)}`,
      name: null,
      description: null,
      branch: "main",
      scn,
      type: "manual",
      author: "ann",
      tables: 1,
      rows: 3,
    });
    expect(made.body.size_bytes).toBeGreaterThan(0);
    expect(made.body.timestamp).toBeLessThanOrEqual(made.body.created_at);
    expect(await list()).toEqual([made.body]);
  });

  it("keep a past state under a name", async () => {
    const body = { name: "before-chair", description: "two of them", as_of: { type: "scn", value: first } };
    const made = await post(server, PATH, body, { accept: SPEC });
    expect(made.body.data).toMatchObject({ name: "before-chair", description: "two of them", scn: first, rows: 2 });
    expect(made.body.data.timestamp).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    const read = await get(server, `/v1/branches/main/tables/items/data?as_of=${made.body.data.id}`);
    expect(read.body.total).toBe(2);
    const spec = await get(server, PATH, { accept: SPEC });
    expect(spec.body.data.total).toBe(2);
    expect(spec.body.data.snapshots).toContainEqual(made.body.data);
  });

  it("are made once for a state, and once under a name", async () => {
    const again = await post(server, PATH, { as_of: `scn:${first}` });
    expect([again.status, again.body.error, again.body.code]).toEqual([409, "Conflict", "SNAPSHOT_EXISTS"]);
    await execute(server, "INSERT INTO items VALUES (4, 'shelf')");
    const taken = await post(server, PATH, { name: "before-chair" }, { accept: SPEC });
    expect([taken.status, taken.body.error.code]).toEqual([409, "SNAPSHOT_EXISTS"]);
    expect(await list()).toHaveLength(2);
  });

  it("are deleted by id or by name, and the answer is what they were", async () => {
    await must(server, "POST", "/v1/branches", { name: "side" });
    const path = "/v1/branches/side/snapshots";
    const one = await must(server, "POST", path, { name: "one" });
    expect((await call(server, "DELETE", `${path}/one`)).body).toEqual(one);
    expect(await list(path)).toEqual([]);
    const { id } = await must(server, "POST", path);
    expect((await call(server, "DELETE", `${path}/${id}`, undefined, { accept: SPEC })).body.data.id).toBe(id);
    const gone = await call(server, "DELETE", `${path}/${id}`);
    expect([gone.status, gone.body.code]).toEqual([404, "SNAPSHOT_NOT_FOUND"]);
  });

  it("belong to a branch", async () => {
    expect(await list("/v1/branches/side/snapshots")).toEqual([]);
    expect((await call(server, "DELETE", "/v1/branches/side/snapshots/before-chair")).status).toBe(404);
  });

  it.each([
    [{ name: "a b" }, 400, "INVALID_FIELD"],
    [{ name: "snap_2a" }, 400, "INVALID_FIELD"],
    [{ description: "x".repeat(2001) }, 400, "INVALID_FIELD"],
    [{ at: 5 }, 400, "UNKNOWN_FIELD"],
    [{ as_of: "nonsense" }, 400, "INVALID_POINT"],
    [{ as_of: 4_000_000_000 }, 422, "POINT_IN_FUTURE"],
    [{ as_of: 1 }, 422, "POINT_BEFORE_HISTORY"],
    [{ as_of: "tx:999999" }, 404, "SNAPSHOT_NOT_FOUND"],
  ])("are refused with %j", async (body, status, code) => {
    const answer = await post(server, PATH, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await list()).toHaveLength(2);
  });

  it("need their scopes and a branch", async () => {
    expect((await get(server, PATH, { key: KEYS.read })).status).toBe(200);
    expect((await get(server, PATH, { key: KEYS.nothing })).status).toBe(403);
    expect((await post(server, PATH, {}, { key: KEYS.read })).status).toBe(403);
    expect((await call(server, "DELETE", `${PATH}/before-chair`, undefined, { key: KEYS.read })).status).toBe(403);
    for (const answer of [
      await get(server, "/v1/branches/nope/snapshots"),
      await post(server, "/v1/branches/nope/snapshots"),
      await call(server, "DELETE", "/v1/branches/nope/snapshots/x"),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, "BRANCH_NOT_FOUND"]);
    }
  });
});
