import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../dist/surfaces/helium/routes/index.js";
import { type HeliumSession, send, sessionOfNewKey } from "../support/helium.js";
import { execute, get } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

let server: TestServer;
let session: HeliumSession;
/** Of a key without any scope that these operations need. */
let merger: HeliumSession;
// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is read field by field
let document: any;

const params: { readonly [name: string]: string } = { schema: "main", table: "items", column: "id" };
const pathOf = (path: string) => path.replace("/api/v1", "").replace(/\{(\w+)\}/g, (_, name: string) => params[name]!);

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "INSERT INTO items VALUES (1, 'lamp')");
  ({ session } = await sessionOfNewKey(server));
  ({ session: merger } = await sessionOfNewKey(server, { scopes: ["merge"] }));
  document = (await get(server, "/v1/openapi.helium.json", { key: null })).body;
});
afterAll(() => server?.remove());

describe.each(OPERATIONS.map((operation) => ({ id: operation.id, operation })))("$id", ({ operation }) => {
  const { method, path, access } = operation;
  const body = method === "GET" ? undefined : {};
  const described = () => document.paths[path][method.toLowerCase()];

  it("is in the document, with its statuses", () => {
    expect(described().operationId).toBe(operation.id);
    expect(described().security).toEqual(access === "public" ? [] : [{ session: [] }]);
    expect(Object.keys(described().responses)).toEqual(expect.arrayContaining(["200", "400", "429", "503"]));
  });

  it("answers OPTIONS without a session", async () => {
    const response = await fetch(`${server.url}/api/v1${pathOf(path)}`, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toContain(method);
  });

  it("answers another method with 405 to those who are known", async () => {
    const other = method === "PUT" ? "PATCH" : "PUT";
    const answer = await send(server, other, pathOf(path), { key: session.key, body: {} });
    expect([answer.status, answer.body]).toEqual([
      405,
      { message: expect.stringContaining(`doesn't support ${other}`) },
    ]);
    expect(answer.headers.get("allow")).toContain(method);
  });

  if (access === "public") return;

  it("is refused to strangers, whatever else is wrong", async () => {
    const url = `${pathOf(path)}?zz=1`;
    for (const [key, message] of [
      [undefined, "Please specify an X-API-Key header with your API key from POST /api/v1/login"],
      ["hs_nobody", "No database connection associated with this session"],
    ] as const) {
      const answer = await send(server, method, url, { key, body });
      expect([answer.status, answer.body, answer.expiration]).toEqual([401, { message }, null]);
      expect(answer.headers.get("www-authenticate")).toBeNull();
    }
  });

  it("is refused to a session without its scope", async () => {
    const answer = await send(server, method, pathOf(path), { key: merger.key, body });
    expect([answer.status, answer.body]).toEqual([403, { message: expect.stringContaining(`'${access}'`) }]);
    expect(answer.expiration).toBeGreaterThan(Date.now());
  });

  it("answers as its schema says, and HEAD with no body", async () => {
    const url = operation.id === "heliumPluck" ? `${pathOf(path)}?id=1` : pathOf(path);
    const row = { items: [{ id: null, name: "chair" }] };
    const answer = await send(server, method, url, { key: session.key, body: body && row });
    expect(answer.status).toBe(200);
    expectFits(answer.body, described().responses["200"].content["application/json"].schema);
    if (method !== "GET") return;
    const head = await fetch(`${server.url}/api/v1${url}`, { method: "HEAD", headers: { "x-api-key": session.key } });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: a schema and what it is of
function expectFits(value: any, schema: any): void {
  if (value === null) {
    expect(schema.nullable ?? schema.type === undefined).toBe(true);
  } else if (schema.type === "array") {
    expect(value).toBeInstanceOf(Array);
    for (const each of value) expectFits(each, schema.items);
  } else if (schema.type === "object") {
    if (schema.required) expect(Object.keys(value).sort()).toEqual([...schema.required].sort());
    for (const [name, property] of Object.entries(schema.properties ?? {})) expectFits(value[name], property);
  } else if (schema.type === "integer") {
    expect(value).toSatisfy(Number.isInteger);
  } else if (schema.type !== undefined) {
    expect(typeof value).toBe(schema.type);
    if (schema.enum) expect(schema.enum).toContain(value);
  }
}
