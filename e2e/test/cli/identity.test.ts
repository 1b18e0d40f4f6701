import { afterAll, beforeAll, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
});

const json = (...args: string[]) => helios.json(...args);
const withKey = (key: string, ...args: string[]) => helios.run(args, { env: { HELIOSDB_API_KEY: key } });

it("keys: made with limits, listed, rotated, renamed and revoked", async () => {
  await json("branch", "create", "feature-a");
  const limits = ["--branches", "feature-*,dev", "--tables", "orders"];
  const made = await json("keys", "create", "ci", "--scopes", "read,write", ...limits, "--expires", "1d");
  expect(made).toMatchObject({
    name: "ci",
    scopes: ["read", "write"],
    branches: ["feature-*", "dev"],
    tables: ["orders"],
  });
  const branches = await withKey(made.key, "branches", "list", "-o", "csv");
  expect(branches.stdout).toContain("feature-a");
  expect(branches.stdout).not.toContain("main");
  expect((await json("keys", "list")).map((key: { id: string }) => key.id)).toEqual([made.id]);
  expect((await helios.run(["keys", "get", made.id, "-o", "table"])).stdout).toMatch(/^branches +feature-\* dev$/m);
  const rotated = await json("key", "rotate", made.id, "--grace", "1h");
  for (const { key } of [made, rotated]) expect((await withKey(key, "branches", "list")).code).toBe(0);
  expect(await json("key", "rename", made.id, "night job")).toMatchObject({ name: "night job" });
  expect((await helios.run(["key", "revoke", made.id])).stderr).toContain(`Revoked ${made.id} (night job)`);
  const after = await withKey(rotated.key, "branches", "list");
  expect([after.code, after.stderr]).toEqual([5, expect.stringContaining("UNAUTHORIZED")]);
});

it("signing secrets: made, replaced and revoked", async () => {
  const { id } = await json("keys", "create", "signer", "--scopes", "read");
  const made = await json("keys", "signing-secret", "create", id);
  expect(made).toMatchObject({ keyId: id, signingSecret: expect.stringMatching(/^[\w-]{43}$/) });
  const again = await json("key", "signing-secret", "create", id, "--grace", "1h");
  expect(again.signingSecret).not.toBe(made.signingSecret);
  expect((await helios.run(["keys", "get", id, "-o", "table"])).stdout).toMatch(/^signing secret +2\d\d\d-/m);
  const revoked = await helios.run(["keys", "signing-secret", "revoke", id]);
  expect([revoked.code, revoked.stderr]).toEqual([0, expect.stringContaining(`Revoked the signing secrets of ${id}`)]);
  expect((await json("keys", "get", id)).signingSecretAt).toBeNull();
});

it("users: made, changed, disabled and deleted", async () => {
  expect(await json("users", "create", "ann", "--role", "viewer")).toMatchObject({
    id: "ann",
    name: "ann",
    role: "viewer",
  });
  const { key } = await json("keys", "create", "k", "--scopes", "write", "--user", "ann");
  const create = (name: string) => withKey(key, "branch", "create", name);
  expect((await create("one")).code).toBe(5);
  await json("user", "update", "ann", "--role", "editor", "--email", "ann@example.com");
  expect((await create("one")).code).toBe(0);
  expect(await json("user", "update", "ann", "--disabled", "on", "--email", "")).toMatchObject({
    email: null,
    disabled: true,
  });
  expect((await create("two")).code).toBe(5);
  expect((await helios.run(["users", "list", "-o", "csv"])).stdout).toMatch(/^id,name,.*\nann,ann,/);
  expect(await json("user", "get", "ann")).toMatchObject({ role: "editor" });
  expect((await helios.run(["user", "delete", "ann"])).stderr).toContain("Deleted ann");
  expect((await helios.run(["user", "get", "ann"])).stderr).toContain("User 'ann' not found");
});

it("tenants: made, shown and deleted", async () => {
  expect(await json("tenants", "create", "acme")).toMatchObject({ name: "acme" });
  const { key } = await json("keys", "create", "k", "--scopes", "admin", "--tenant", "acme");
  expect((await withKey(key, "branches", "list", "-o", "csv")).stdout).toContain("main");
  expect((await withKey(key, "tenants", "list")).code).toBe(5);
  expect(await json("tenant", "get", "acme")).toMatchObject({ name: "acme" });
  expect((await helios.run(["tenant", "delete", "acme"])).stderr).toContain("Deleted acme");
  expect((await json("tenants", "list")).map((tenant: { name: string }) => tenant.name)).toEqual(["default"]);
});

it.each([
  ["no scopes", ["keys", "create", "k"]],
  ["a scope that there is not", ["keys", "create", "k", "--scopes", "read,own"]],
  ["a role that there is not", ["users", "create", "u", "--role", "owner"]],
  ["no change", ["users", "update", "u"]],
  ["a list with a hole", ["keys", "create", "k", "--scopes", "read", "--branches", "a,,b"]],
])("%s: code 2, and nothing is sent", async (_what, args) => {
  const result = await helios.run(args, { env: { HELIOSDB_URL: "http://127.0.0.1:1" } });
  expect([result.code, result.stdout]).toEqual([2, ""]);
});
