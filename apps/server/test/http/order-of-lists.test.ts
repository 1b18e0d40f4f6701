import { afterAll, beforeAll, expect, it } from "vitest";
import { call } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

const OWN = "the-servers-own-key";
/** In no order of their own, so that none but the order of making explains the list. */
const NAMES = ["mike", "alpha", "zulu", "echo", "kilo", "bravo"];

let server: TestServer;
beforeAll(async () => {
  const { AuthMiddleware } = await import("../../dist/index.js");
  const auth = AuthMiddleware.fromConfig({ jwtSecret: "a-secret-for-tests-only", adminApiKey: OWN });
  server = await startServer({ auth, server: { webhooks: { allow: ["127.0.0.1"] } } });
});
afterAll(() => server?.remove());

const LISTS = [
  { path: "/v1/tenants", list: "tenants", label: "name", body: (name: string) => ({ name }), newestFirst: false },
  {
    path: "/v1/auth/users",
    list: "users",
    label: "id",
    body: (id: string) => ({ id, name: "n", role: "viewer" }),
    newestFirst: false,
  },
  {
    path: "/v1/auth/keys",
    list: "keys",
    label: "name",
    body: (name: string) => ({ name, scopes: ["read"] }),
    newestFirst: true,
  },
  {
    path: "/v1/webhooks",
    list: "webhooks",
    label: "description",
    body: (description: string) => ({ url: "http://127.0.0.1:9/", description }),
    newestFirst: false,
  },
] as const;

it.each(LISTS)("$path lists what was made in one second in its order", async (one) => {
  for (const name of NAMES) {
    const made = await call(server, "POST", one.path, one.body(name), { key: OWN });
    expect([made.status, made.status === 201 ? "" : made.body]).toEqual([201, ""]);
  }
  const listed = (await call(server, "GET", one.path, undefined, { key: OWN })).body[one.list];
  const order = listed
    .map((row: Record<string, string>) => row[one.label])
    .filter((name: string) => NAMES.includes(name));
  expect(order).toEqual(one.newestFirst ? NAMES.toReversed() : NAMES);
});
