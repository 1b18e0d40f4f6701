import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HeliumSession, sessionOfNewKey } from "../support/helium.js";
import { must } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

const NO_SCHEMA = { message: "Unable to access requested database or schema" };
const NO_TABLE = { message: "No such table" };

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  const definitions = [
    "CREATE TABLE secret (id INTEGER PRIMARY KEY, v TEXT)",
    "CREATE TABLE master (id INTEGER PRIMARY KEY, secret INT REFERENCES secret (id), name TEXT UNIQUE)",
    "CREATE TABLE master__part (id INTEGER PRIMARY KEY, master INT REFERENCES master (id))",
    "CREATE TABLE master__hidden (id INTEGER PRIMARY KEY, master INT REFERENCES master (id))",
    "INSERT INTO secret VALUES (1, 'hush')",
    "INSERT INTO master VALUES (1, 1, 'one')",
    "INSERT INTO master__part VALUES (1, 1)",
    "INSERT INTO master__hidden VALUES (1, 1)",
  ];
  await must(server, "POST", "/v1/branches/main/batch", { statements: definitions.map((sql) => ({ sql })) });
  for (const name of ["dev", "team-a", "team-b"]) await must(server, "POST", "/v1/branches", { name });
});
afterAll(() => server?.remove());

describe("a session of a key limited to branches", () => {
  let session: HeliumSession;
  beforeAll(async () => {
    ({ session } = await sessionOfNewKey(server, { branches: ["team-*"] }));
  });

  it("sees these schemas and no other", async () => {
    expect((await session.get([])).body).toEqual(["team-a", "team-b"]);
    expect((await session.get(["team-a", "master", "data"])).status).toBe(200);
    expect((await session.insert("team-b", { secret: [{ id: 2, v: null }] })).status).toBe(200);
  });

  it("hears of the others what it hears of those that there are not", async () => {
    const main = await must(server, "GET", "/v1/branches/main");
    for (const schema of ["main", "dev", "nowhere", main.id, "main@scn:1", "main@now", "nowhere@scn:1", "Team-a"]) {
      for (const rest of [
        [],
        ["master"],
        ["master", "data"],
        ["master", "pluck"],
        ["master", "defaults"],
        ["a", "column", "b"],
      ]) {
        const { status, body } = await session.get([schema, ...rest]);
        expect([schema, rest, status, body]).toEqual([schema, rest, 404, NO_SCHEMA]);
      }
      const { status, body } = await session.insert(schema, { master: [{ id: 9, secret: null, name: null }] });
      expect([schema, status, body]).toEqual([schema, 404, NO_SCHEMA]);
    }
  });
});

describe("a session of a key limited to tables", () => {
  let session: HeliumSession;
  beforeAll(async () => {
    ({ session } = await sessionOfNewKey(server, { tables: ["Master", "master__part"] }));
  });

  it("sees these tables, and nothing of the others in them", async () => {
    const { body } = await session.get(["main"]);
    expect(body.map(({ name }: { name: { raw: string } }) => name.raw)).toEqual(["master", "master__part"]);
    const meta = (await session.get(["main", "master"])).body;
    expect(meta.parts.map(({ name }: { name: { raw: string } }) => name.raw)).toEqual(["master__part"]);
    expect(meta.constraints.map(({ type }: { type: string }) => type)).toEqual(["primary", "unique"]);
    const everything = JSON.stringify([body, meta, (await session.get(["main", "master__part"])).body]);
    expect(everything).not.toContain("hidden");
    expect(everything.replaceAll('"secret"', "")).not.toContain("secret");
  });

  it("reads them by every endpoint", async () => {
    const master = { id: 1, secret: 1, name: "one" };
    const filters = '[{"op":"eq","param":"name","value":"one"}]';
    expect((await session.get(["main", "master", "data"], { filters, sort: "-name" })).body.data).toEqual([master]);
    expect((await session.get(["main", "master", "pluck"], { id: "1" })).body).toEqual({
      master: [master],
      master__part: [{ id: 1, master: 1 }],
    });
    expect((await session.get(["main", "master", "column", "name"])).body).toEqual(["one"]);
    expect((await session.get(["main", "master", "defaults"])).body).toEqual({ id: 2, secret: null, name: null });
    expect((await session.get(["main@now", "master", "column", "name"])).body).toEqual(["one"]);
  });

  it("hears of the others that there is no such table", async () => {
    for (const table of ["secret", "master__hidden", "absent", "SECRET"]) {
      for (const rest of [[], ["data"], ["pluck"], ["defaults"], ["column", "id"]]) {
        expect(await session.get(["main", table, ...rest])).toMatchObject({ status: 404, body: NO_TABLE });
      }
    }
  });

  it("inserts into several of them, and with none of the others", async () => {
    const insert = { master: [{ id: 2, secret: 1, name: "two" }], master__part: [{ id: 2, master: 2 }] };
    expect(await session.insert("main", insert)).toMatchObject({ status: 200, body: {} });
    const other = { master: [{ id: 3, secret: 1, name: "three" }], master__hidden: [{ id: 3, master: 3 }] };
    expect(await session.insert("main", other)).toMatchObject({ status: 404, body: NO_TABLE });
    expect(await session.insert("main", { secret: [{ id: 3, v: "x" }] })).toMatchObject({
      status: 404,
      body: NO_TABLE,
    });
    expect((await session.get(["main", "master", "data"])).body.totalRows).toBe(2);
  });
});
