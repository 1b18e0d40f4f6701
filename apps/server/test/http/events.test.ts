import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EventClient, type Message } from "../support/event-stream.js";
import { call, execute, get, must } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
const clients: EventClient[] = [];
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, v)");
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => server?.remove());

async function follow(...args: [string?, Parameters<typeof EventClient.open>[2]?]): Promise<EventClient> {
  const client = await EventClient.open(server, ...args);
  clients.push(client);
  return client;
}

let nextId = 0;
const insert = (branch = "main", table = "items") =>
  execute(server, `INSERT INTO ${table} VALUES (${++nextId}, 'x')`, branch);
const branch = (name: string, more: object = {}) => must(server, "POST", "/v1/branches", { name, ...more });
const key = async (body: object) =>
  (await must(server, "POST", "/v1/auth/keys", { name: "k", scopes: ["read"], ...body })).key as string;
const scnsOf = (messages: readonly Message[]) => messages.map(({ data }) => data.data.scn);

describe("a stream of events", () => {
  it("tells what happens from now on, in the form of webhooks", async () => {
    await insert();
    const client = await follow();
    expect(client.response.headers["content-type"]).toBe("text/event-stream");
    expect(client.response.headers["cache-control"]).toBe("no-store");
    const { scn } = await insert();
    const [message] = await client.until(1);
    expect(message).toMatchObject({
      event: "branch.data_changed",
      data: {
        id: expect.stringMatching(/^evt_/),
        event: "branch.data_changed",
        timestamp: expect.stringMatching(/Z$/),
        data: { branch_name: "main", table: "items", inserted: 1, scn, commit_type: "transaction", author: "ann" },
      },
    });
    const made = await branch("told");
    await must(server, "PATCH", "/v1/branches/told", { is_protected: true });
    await must(server, "PATCH", "/v1/branches/told", { is_protected: false });
    await must(server, "DELETE", "/v1/branches/told");
    const later = (await client.until(5)).slice(1);
    expect(later.map(({ event }) => event)).toEqual([
      ...["branch.created", "branch.protected", "branch.protected", "branch.deleted"],
    ]);
    expect(later[0]!.data.data).toMatchObject({ branch_id: made.id, source_branch: "main" });
  });

  it("goes on behind any event, with each that follows, once", async () => {
    const client = await follow();
    await branch("resumed");
    await execute(server, "CREATE TABLE IF NOT EXISTS more (id INTEGER PRIMARY KEY, v)", "resumed");
    const both = ["items", "more"].map((table) => ({ sql: `INSERT INTO ${table} VALUES (${++nextId}, 'x')` }));
    for (let i = 0; i < 3; i++) await insert();
    await must(server, "POST", "/v1/branches/resumed/batch", { statements: both });
    await must(server, "POST", "/v1/branches/resumed/merge", { target: "main" });
    // The merge is an event, and one for each table.
    const all = [...(await client.until(9))];
    expect(all.filter(({ event }) => event === "branch.merged")).toHaveLength(1);
    const ids = (messages: readonly Message[]) => messages.map(({ data }) => data.id).sort();
    for (const [i, { id }] of all.entries()) {
      const again = await follow("", { lastEventId: id! });
      const rest = await again.until(all.length - i - 1);
      expect(ids(rest)).toEqual(ids(all.slice(i + 1)));
      again.close();
    }
    // And what comes then is new.
    const last = await follow("", { lastEventId: all.at(-1)!.id! });
    const { scn } = await insert();
    expect(scnsOf(await last.until(1))).toEqual([scn]);
  });

  it("has a position before the first event", async () => {
    const client = await follow();
    await insert("main");
    await client.until(1);
    const { id } = client.messages[0]!;
    const again = await follow("", { lastEventId: id! });
    expect(await again.until(1)).toEqual(
      client.events.slice(0, 1).map((message) => ({ ...message, id: expect.anything() })),
    );
  });

  it("begins at an SCN, and gives the same however much happened", async () => {
    await branch("long");
    const scns: number[] = [];
    for (let i = 0; i < 130; i++) scns.push((await insert("long")).scn);
    const client = await follow(`?from_scn=${scns[0]}&branches=long`);
    expect(scnsOf(await client.until(130))).toEqual(scns);
    const middle = await follow("?branches=long", { lastEventId: client.events[64]!.id! });
    expect(scnsOf(await middle.until(65))).toEqual(scns.slice(65));
  });

  it("tells everybody of everything, whatever happens at once", async () => {
    await Promise.all(["one", "two", "three"].map((name) => branch(name)));
    const [first, second] = [await follow("?branches=one,two,three"), await follow("?branches=one,two,three")];
    const names = Array.from({ length: 30 }, (_, i) => ["one", "two", "three"][i % 3]!);
    const done = await Promise.all(names.map((name) => insert(name)));
    for (const client of [first, second]) {
      const found = await client.until(30);
      expect(scnsOf(found).sort((a, b) => a - b)).toEqual(done.map(({ scn }) => scn).sort((a, b) => a - b));
      for (const name of ["one", "two", "three"]) {
        const own = scnsOf(found.filter(({ data }) => data.data.branch_name === name));
        expect(own).toEqual([...own].sort((a, b) => a - b));
      }
    }
  });

  it("is filtered by type and by branch", async () => {
    const client = await follow("?events=branch.created&branches=wanted-*");
    await branch("unwanted");
    await branch("wanted-1");
    await insert("wanted-1");
    await branch("wanted-2");
    // Events of two branches may come in either order.
    expect((await client.until(2)).map(({ data }) => data.data.branch_name).sort()).toEqual(["wanted-1", "wanted-2"]);
  });

  it.each([
    ["?events=branch.moved", "INVALID_FIELD", {}],
    ["?from_scn=-1", "INVALID_FIELD", {}],
    ["", "INVALID_CURSOR", { "last-event-id": "x" }],
    ["", "INVALID_CURSOR", { "last-event-id": "1.2-3.4-main-1.1-0" }],
  ])("refuses %s", async (query, code, headers) => {
    const answer = await call(server, "GET", `/v1/events${query}`, undefined, { headers });
    expect(answer).toMatchObject({ status: 400, body: { code } });
  });
});

describe("whoever follows events", () => {
  it("sees the branches of a limited key only, and no name of another", async () => {
    await branch("hidden");
    const parent = await branch("shown", { parent: "hidden" });
    const client = await follow("", { key: await key({ branches: ["shown*"] }) });
    await insert("hidden");
    await branch("shown-child", { parent: "hidden" });
    await insert("hidden");
    await must(server, "POST", "/v1/branches/hidden/merge", { target: "shown" });
    await insert("shown");
    const found = await client.until(3);
    expect(found.map(({ event, data }) => [event, data.data.branch_name])).toEqual(
      expect.arrayContaining([
        ["branch.created", "shown-child"],
        ["branch.data_changed", "shown"],
      ]),
    );
    expect(found).toHaveLength(3);
    expect(JSON.stringify(client.messages)).not.toContain("hidden");
    expect(found.filter(({ event }) => event === "branch.data_changed")[0]!.data.data).toMatchObject({
      ...{ branch_id: parent.id, source_branch: null, source_branch_id: null, source_scn: null },
    });
  });

  it("asks with HEAD for the head alone, which takes none of the streams", async () => {
    const own = await key({});
    for (let i = 0; i < 20; i++) {
      const head = await call(server, "HEAD", "/v1/events", undefined, { key: own });
      expect([head.status, head.body, head.headers.get("content-type")]).toEqual([200, "", "text/event-stream"]);
    }
  });

  it("needs the scope read, and a key that is not limited to tables", async () => {
    expect((await get(server, "/v1/events", { key: null })).status).toBe(401);
    for (const limited of [await key({ scopes: ["merge"] }), await key({ tables: ["items"] })]) {
      expect((await get(server, "/v1/events", { key: limited })).status).toBe(403);
    }
  });

  it("hears no more once the key is revoked, and why", async () => {
    const made = await must(server, "POST", "/v1/auth/keys", { name: "gone", scopes: ["read"] });
    const client = await follow("", { key: made.key });
    await insert();
    await client.until(1);
    await must(server, "DELETE", `/v1/auth/keys/${made.id}`);
    await insert();
    expect(await client.end()).toMatchObject({ event: "stream.end", data: { code: "UNAUTHORIZED" } });
    expect(client.events).toHaveLength(2);
  });

  it("goes on where another key is revoked", async () => {
    const other = await must(server, "POST", "/v1/auth/keys", { name: "other", scopes: ["read"] });
    const client = await follow("", { key: KEYS.read });
    await must(server, "DELETE", `/v1/auth/keys/${other.id}`);
    const { scn } = await insert();
    expect(scnsOf(await client.until(1))).toEqual([scn]);
  });

  it("may have 16 streams at once", async () => {
    const own = await key({});
    await Promise.all(Array.from({ length: 16 }, () => follow("", { key: own })));
    const answer = await get(server, "/v1/events", { key: own });
    expect(answer).toMatchObject({ status: 503, body: { code: "OVERLOADED" } });
    clients.pop()!.close();
    await expect
      .poll(async () => {
        const again = await follow("", { key: own });
        return again.response.statusCode;
      })
      .toBe(200);
  });
});

it("a server that ends says so to those who follow", async () => {
  const other = await startServer();
  const client = await EventClient.open(other);
  await other.remove();
  expect(await client.end()).toMatchObject({ event: "stream.end", data: { code: "SHUTTING_DOWN" } });
});
