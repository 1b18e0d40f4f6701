import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, get, must, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const PATH = "/v1/retention";
const DAY = 86_400;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    database: { retention: { historyMs: 14 * DAY * 1000, historyBytes: 5_000_000, deletedMs: 2 * DAY * 1000 } },
  });
});
afterAll(() => server?.remove());

const put = (body: unknown, options = {}) => call(server, "PUT", PATH, body, options);

describe("retention", () => {
  it("is at first what the server was started with", async () => {
    const started = { history_seconds: 14 * DAY, history_bytes: 5_000_000, deleted_seconds: 2 * DAY };
    expect((await get(server, PATH)).body).toEqual(started);
    expect((await get(server, PATH, { accept: SPEC })).body.data).toEqual(started);
  });

  it("changes where it is named, for one tenant's database alone", async () => {
    const one = await put({ history_seconds: 7 * DAY });
    expect([one.status, one.body]).toEqual([
      200,
      { history_seconds: 7 * DAY, history_bytes: 5_000_000, deleted_seconds: 2 * DAY },
    ]);
    const two = await put({ history_seconds: null, history_bytes: null, deleted_seconds: DAY }, { accept: SPEC });
    const changed = { history_seconds: null, history_bytes: null, deleted_seconds: DAY };
    expect(two.body.data).toEqual(changed);
    expect(await must(server, "GET", PATH)).toEqual(changed);
    expect((await get(server, PATH, { key: KEYS.other })).body.history_seconds).toBe(14 * DAY);
  });

  it.each([
    [{}, "INVALID_FIELD"],
    [{ history_seconds: -1 }, "INVALID_FIELD"],
    [{ history_seconds: 1.5 }, "INVALID_FIELD"],
    [{ history_seconds: "30d" }, "INVALID_FIELD"],
    [{ deleted_seconds: null }, "INVALID_FIELD"],
    [{ history: 5 }, "UNKNOWN_FIELD"],
  ])("is refused with %j", async (body, code) => {
    const before = await must(server, "GET", PATH);
    const answer = await put(body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(await must(server, "GET", PATH)).toEqual(before);
  });

  it("needs the scope admin", async () => {
    for (const key of [KEYS.read, KEYS.write, KEYS.merge]) {
      expect((await get(server, PATH, { key })).status).toBe(403);
      expect((await put({ history_seconds: 1 }, { key })).status).toBe(403);
    }
  });
});
