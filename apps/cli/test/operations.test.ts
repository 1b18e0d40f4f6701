import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { HeliosDBClient, HeliosDBError } from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makeProgram } from "../src/program/program.js";

/** How an operation is called: by a method of the SDK, and by a command. */
interface Calls {
  readonly sdk: (client: HeliosDBClient) => unknown;
  readonly command: string;
}

const FILE = resolve(import.meta.dirname, "../package.json");

/** Operations that no person and no program calls by the SDK or the command, and why. */
const EXCEPTIONS: { readonly [operation: string]: string } = {
  getHealth: "probed by balancers",
  getLivez: "probed by supervisors",
  getReadyz: "probed by balancers; helios doctor reads it",
  getMetrics: "scraped by Prometheus",
  getOpenapiJson: "read by tools",
  getOpenapiYaml: "read by tools",
  getVersion: "helios doctor reads it",
  createToken: "the SDK exchanges its key by itself where a token is wanted",
  restoreSnapshot: "restoreBranch with a snapshot is the same",
};

const OPERATIONS: { readonly [operation: string]: Calls } = {
  listAudit: { sdk: (c) => c.audit.list(), command: "audit list" },
  exportAudit: { sdk: (c) => first(c.audit.export()), command: "audit export" },
  listKeys: { sdk: (c) => c.auth.keys.list(), command: "keys list" },
  createKey: {
    sdk: (c) => c.auth.keys.create({ name: "k", scopes: ["read"] }),
    command: "keys create k --scopes read",
  },
  getKey: { sdk: (c) => c.auth.keys.get("k_1"), command: "keys get k_1" },
  updateKey: { sdk: (c) => c.auth.keys.rename("k_1", "k"), command: "keys rename k_1 k" },
  revokeKey: { sdk: (c) => c.auth.keys.revoke("k_1"), command: "keys revoke k_1" },
  rotateKey: { sdk: (c) => c.auth.keys.rotate("k_1"), command: "keys rotate k_1" },
  createSigningSecret: {
    sdk: (c) => c.auth.keys.createSigningSecret("k_1"),
    command: "keys signing-secret create k_1",
  },
  revokeSigningSecret: {
    sdk: (c) => c.auth.keys.revokeSigningSecret("k_1"),
    command: "keys signing-secret revoke k_1",
  },
  getIdentity: { sdk: (c) => c.auth.me(), command: "login --api-key k" },
  listUsers: { sdk: (c) => c.auth.users.list(), command: "users list" },
  createUser: {
    sdk: (c) => c.auth.users.create({ id: "ann", name: "A", role: "viewer" }),
    command: "users create ann --role viewer",
  },
  getUser: { sdk: (c) => c.auth.users.get("ann"), command: "users get ann" },
  updateUser: { sdk: (c) => c.auth.users.update("ann", { name: "A" }), command: "users update ann --name A" },
  deleteUser: { sdk: (c) => c.auth.users.delete("ann"), command: "users delete ann" },
  listBackups: { sdk: (c) => c.backups.list(), command: "backups list" },
  createBackup: { sdk: (c) => c.backups.create(), command: "backups create" },
  listBranches: { sdk: (c) => c.branches.list(), command: "branches list" },
  createBranch: { sdk: (c) => c.branches.create({ name: "b" }), command: "branches create b" },
  getBranch: { sdk: (c) => c.branches.get("b"), command: "branches get b" },
  updateBranch: { sdk: (c) => c.branches.update("b", { name: "c" }), command: "branches update b --name c" },
  deleteBranch: { sdk: (c) => c.branches.delete("b"), command: "branches delete b" },
  beginTransaction: { sdk: (c) => c.transactions.begin("main"), command: "transactions begin main" },
  listTransactions: { sdk: (c) => c.transactions.list("main"), command: "transactions list main" },
  getTransaction: { sdk: (c) => c.transactions.get("main", "txn_1"), command: "transactions show main txn_1" },
  renewTransaction: { sdk: (c) => c.transactions.renew("main", "txn_1"), command: "transactions renew main txn_1" },
  commitTransaction: { sdk: (c) => c.transactions.commit("main", "txn_1"), command: "transactions commit main txn_1" },
  rollBackTransaction: {
    sdk: (c) => c.transactions.rollBack("main", "txn_1"),
    command: "transactions rollback main txn_1",
  },
  endTransaction: { sdk: (c) => c.transactions.end("main", "txn_1"), command: "transactions end main txn_1" },
  executeBatch: { sdk: (c) => c.sql.batch(["DELETE FROM t"]), command: "batch SQL" },
  getDiff: { sdk: (c) => c.branches.diff("b"), command: "diff b" },
  execute: { sdk: (c) => c.sql.execute("DELETE FROM t"), command: "execute SQL" },
  exportFile: { sdk: (c) => c.branches.download("b"), command: "branches download b -" },
  importFile: { sdk: (c) => c.branches.upload("b", FILE), command: "branches upload b FILE" },
  getHistory: { sdk: (c) => c.branches.history("b"), command: "log b" },
  getGraph: { sdk: (c) => c.branches.graph(), command: "branches graph" },
  getDensity: { sdk: (c) => c.branches.density("b"), command: "branches density b" },
  mergeBranch: { sdk: (c) => c.branches.merge("b", { targetBranch: "main" }), command: "merge b main" },
  query: { sdk: (c) => c.sql.query("SELECT 1"), command: "query SELECT" },
  resetBranch: { sdk: (c) => c.branches.reset("b"), command: "branches reset b" },
  restoreBranch: { sdk: (c) => c.branches.restore("b", { asOf: "scn:1" }), command: "branches restore b@scn:1" },
  listSnapshots: { sdk: (c) => c.branches.snapshots.list("b"), command: "branches snapshots list b" },
  createSnapshot: {
    sdk: (c) => c.branches.snapshots.create("b", { name: "s" }),
    command: "branches snapshots create b --name s",
  },
  deleteSnapshot: { sdk: (c) => c.branches.snapshots.delete("b", "s"), command: "branches snapshots delete b s" },
  listTables: { sdk: (c) => c.tables.list("b"), command: "tables" },
  queryTable: { sdk: (c) => c.data.query("b", "t"), command: "data get t" },
  insertRows: { sdk: (c) => c.data.insert("b", "t", [{ id: 1 }]), command: "data insert t --set id=1" },
  updateRows: {
    sdk: (c) => c.data.update("b", "t", { values: { a: 1 }, filter: "true" }),
    command: "data update t --filter true --set a=1",
  },
  deleteRows: { sdk: (c) => c.data.delete("b", "t", { filter: "true" }), command: "data delete t --filter true" },
  getRowHistory: { sdk: (c) => c.data.rowHistory("b", "t", 1), command: "data history t 1" },
  undeleteBranch: { sdk: (c) => c.branches.undelete("b"), command: "branches undelete b" },
  getRetention: { sdk: (c) => c.retention.get(), command: "retention get" },
  setRetention: { sdk: (c) => c.retention.set({ historySeconds: 60 }), command: "retention set --history 1m" },
  listTenants: { sdk: (c) => c.tenants.list(), command: "tenants list" },
  createTenant: { sdk: (c) => c.tenants.create("t"), command: "tenants create t" },
  getTenant: { sdk: (c) => c.tenants.get("t"), command: "tenants get t" },
  deleteTenant: { sdk: (c) => c.tenants.delete("t"), command: "tenants delete t" },
  listWebhooks: { sdk: (c) => c.webhooks.list(), command: "webhooks list" },
  createWebhook: {
    sdk: (c) => c.webhooks.create({ url: "https://x.example" }),
    command: "webhooks create https://x.example",
  },
  getWebhook: { sdk: (c) => c.webhooks.get("w"), command: "webhooks get w" },
  updateWebhook: { sdk: (c) => c.webhooks.update("w", { enabled: true }), command: "webhooks update w --enabled on" },
  deleteWebhook: { sdk: (c) => c.webhooks.delete("w"), command: "webhooks delete w" },
  listDeliveries: { sdk: (c) => c.webhooks.deliveries("w"), command: "webhooks deliveries w" },
  resendDelivery: { sdk: (c) => c.webhooks.resend("w", "d"), command: "webhooks resend w d" },
  replayWebhook: { sdk: (c) => c.webhooks.replay("w", 1), command: "webhooks replay w --from-scn 1" },
  rotateWebhookSecret: { sdk: (c) => c.webhooks.rotateSecret("w"), command: "webhooks rotate-secret w" },
  listQueries: { sdk: (c) => c.queries.list(), command: "queries list" },
  cancelQuery: { sdk: (c) => c.queries.cancel("q"), command: "queries cancel q" },
  followEvents: { sdk: (c) => first(c.events.follow()), command: "events" },
  testWebhook: { sdk: (c) => c.webhooks.test("w"), command: "webhooks test w" },
};

/** The requests that came, and nothing done about them: every call fails, after it has asked. */
let server: Server;
let url: string;
const seen: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://localhost").pathname;
    seen.push(`${request.method} ${path}`);
    request.resume();
    const isList = request.method === "GET" && path === "/v1/branches";
    const body = isList ? { branches: [], default_branch: "main" } : { error: "no", code: "INVALID_FIELD" };
    response.writeHead(isList ? 200 : 400, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("HELIOSDB_URL", url);
  vi.stubEnv("HELIOSDB_API_KEY", "k");
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, "write").mockReturnValue(true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await new Promise((done) => server.close(done));
});

const document = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../../openapi/openapi.json"), "utf8"));
const documented = Object.entries<Record<string, { operationId?: string }>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { operationId }]) =>
    operationId === undefined ? [] : [{ operationId, method: method.toUpperCase(), path }],
  ),
);

it("every operation of the document has its method and its command, or a reason why not", () => {
  const known = [...Object.keys(OPERATIONS), ...Object.keys(EXCEPTIONS)].sort();
  expect(known).toEqual(documented.map(({ operationId }) => operationId).sort());
});

describe.each(documented.filter(({ operationId }) => Object.hasOwn(OPERATIONS, operationId)))(
  "$operationId",
  ({ operationId, method, path }) => {
    const { sdk, command } = OPERATIONS[operationId]!;
    const request = new RegExp(`^${method} ${path.replace(/\{\w+\}/g, "[^/]+")}$`);

    it("is sent by the SDK", async () => {
      const client = new HeliosDBClient({ baseUrl: url, apiKey: "k" });
      seen.length = 0;
      const failure = await Promise.resolve(sdk(client)).catch((error: unknown) => error);
      await client.close();
      if (operationId !== "listBranches") expect(failure).toBeInstanceOf(HeliosDBError);
      expect(seen).toContainEqual(expect.stringMatching(request));
    });

    it(`is sent by helios ${command}`, async () => {
      const words = { SQL: "DELETE FROM t", SELECT: "SELECT 1", FILE } as Record<string, string>;
      const args = command.split(" ").map((word) => words[word] ?? word);
      seen.length = 0;
      await makeProgram()
        .parseAsync(args, { from: "user" })
        .catch((error: unknown) => expect(error).toBeInstanceOf(HeliosDBError));
      expect(seen).toContainEqual(expect.stringMatching(request));
    });
  },
);

async function first(all: AsyncIterable<unknown>): Promise<unknown> {
  for await (const one of all) return one;
  return undefined;
}
