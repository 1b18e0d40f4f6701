import { HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let client: HeliosDBClient;
const clients: HeliosDBClient[] = [];

const clientWith = (credential: { apiKey: string } | { token: string }) => {
  const made = new HeliosDBClient({ baseUrl: server.url, ...credential });
  clients.push(made);
  return made;
};

beforeAll(async () => {
  server = await ServerProcess.start({ env: { HELIOSDB_API_DIALECT: "spec" } });
  client = clientWith({ apiKey: API_KEY });
  await client.sql.execute("CREATE TABLE items (id INTEGER PRIMARY KEY)");
  await client.sql.execute("CREATE TABLE others (id INTEGER PRIMARY KEY)");
});
afterAll(async () => {
  for (const each of clients) await each.close();
  await server?.remove();
});

it("a key is made, shown, renamed, rotated and revoked", async () => {
  const made = await client.auth.keys.create({ name: "job", scopes: ["read"], expiresIn: 3600 });
  expect(made).toMatchObject({ name: "job", rotatedAt: null, branches: null, tables: null });
  expect(await client.auth.keys.get(made.id)).toMatchObject({ id: made.id, expiresAt: expect.any(Date) });
  expect(await client.auth.keys.rename(made.id, "night job")).toMatchObject({ name: "night job" });
  const rotated = await client.auth.keys.rotate(made.id, { grace: 600 });
  expect(rotated).toMatchObject({ id: made.id, rotatedAt: expect.any(Date) });
  for (const { key } of [made, rotated])
    expect(await clientWith({ apiKey: key }).auth.me()).toMatchObject({ keyId: made.id });
  const { token } = await clientWith({ apiKey: rotated.key }).auth.token();
  await client.auth.keys.revoke(made.id);
  await expect(clientWith({ token }).auth.me()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await expect(client.auth.keys.rotate(made.id)).rejects.toMatchObject({ code: "KEY_ENDED" });
  await expect(client.auth.keys.get("k_nope")).rejects.toMatchObject({ code: "KEY_NOT_FOUND" });
});

it("a trace that a hook gives is continued by the server, and its request ids are those of the server", async () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const requestIds: unknown[] = [];
  const traced = new HeliosDBClient({
    baseUrl: server.url,
    apiKey: API_KEY,
    hooks: {
      request: () => ({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` }),
      response: ({ requestId }) => requestIds.push(requestId),
    },
  });
  clients.push(traced);
  await traced.sql.execute("INSERT INTO items VALUES (7)");
  const { entries } = await client.audit.list({ traceId });
  expect(entries.map(({ requestId, operation }) => [operation, requestId])).toEqual([["execute", requestIds[0]]]);
});

it("a token from a function is renewed when the server refuses it", async () => {
  const tokens = ["not.a.token", (await client.auth.token()).token];
  const renewing = new HeliosDBClient({ baseUrl: server.url, token: () => tokens.shift()! });
  clients.push(renewing);
  await renewing.sql.execute("INSERT INTO items VALUES (8)");
  expect(await renewing.auth.me()).toMatchObject({ method: "jwt" });
  expect(tokens).toEqual([]);
});

it("a signing secret is made, replaced and revoked", async () => {
  const { id } = await client.auth.keys.create({ name: "signer", scopes: ["read"] });
  const made = await client.auth.keys.createSigningSecret(id);
  expect(made).toMatchObject({ keyId: id, createdAt: expect.any(Date) });
  expect(await client.auth.keys.get(id)).toMatchObject({ signingSecretAt: made.createdAt });
  const again = await client.auth.keys.createSigningSecret(id, { grace: 60 });
  expect(again.signingSecret).not.toBe(made.signingSecret);
  expect(await client.auth.keys.revokeSigningSecret(id)).toMatchObject({ id, signingSecretAt: null });
  await expect(client.auth.keys.createSigningSecret("k_nope")).rejects.toMatchObject({ code: "KEY_NOT_FOUND" });
});

it("a key sees its branches and tables alone", async () => {
  await client.branches.create({ name: "feature-a" });
  const limits = { branches: ["feature-*"], tables: ["items"] };
  const { key } = await client.auth.keys.create({ name: "k", scopes: ["read", "write"], ...limits });
  const limited = clientWith({ apiKey: key });
  expect(await limited.auth.me()).toMatchObject(limits);
  expect((await limited.branches.list()).branches.map((branch) => branch.name)).toEqual(["feature-a"]);
  expect((await limited.tables.list("feature-a")).map((table) => table.name)).toEqual(["items"]);
  await limited.data.insert("feature-a", "items", [{ id: 1 }]);
  await expect(limited.branches.get("main")).rejects.toMatchObject({ code: "BRANCH_NOT_FOUND" });
  await expect(limited.data.insert("feature-a", "others", [{ id: 1 }])).rejects.toMatchObject({
    code: "TABLE_NOT_FOUND",
  });
  await expect(limited.sql.query("SELECT 1", { branch: "feature-a" })).rejects.toMatchObject({ code: "FORBIDDEN" });
});

it("a user's role bounds their keys", async () => {
  const id = "ann@example.com";
  expect(await client.auth.users.create({ id, name: "Ann", email: id, role: "viewer" })).toMatchObject({
    id,
    disabled: false,
  });
  const { key } = await client.auth.keys.create({ name: "k", scopes: ["write"], userId: id });
  const ann = clientWith({ apiKey: key });
  expect(await ann.auth.me()).toMatchObject({ role: "viewer", scopes: ["read"] });
  expect(await client.auth.users.update(id, { role: "editor", email: null })).toMatchObject({
    role: "editor",
    email: null,
  });
  expect(await ann.auth.me()).toMatchObject({ role: "editor", scopes: ["write"] });
  await client.auth.users.update(id, { disabled: true });
  await expect(ann.auth.me()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  expect(await client.auth.users.get(id)).toMatchObject({ disabled: true, disabledAt: expect.any(Date) });
  expect((await client.auth.users.list()).map((user) => user.id)).toEqual([id]);
  await client.auth.users.delete(id);
  await expect(client.auth.users.get(id)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
});

it("a tenant comes and goes", async () => {
  expect(await client.tenants.create("acme")).toMatchObject({ name: "acme", createdAt: expect.any(Date) });
  const { key } = await client.auth.keys.create({ name: "k", scopes: ["admin"], tenantId: "acme" });
  const theirs = clientWith({ apiKey: key });
  expect(await theirs.tables.list("main")).toEqual([]);
  await expect(theirs.tenants.list()).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect((await client.tenants.list()).map((tenant) => tenant.name)).toEqual(["default", "acme"]);
  await client.tenants.delete("acme");
  await expect(theirs.auth.me()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await expect(client.tenants.get("acme")).rejects.toMatchObject({ code: "TENANT_NOT_FOUND" });
});
