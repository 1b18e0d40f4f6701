import {
  AuthenticationError,
  ConflictError,
  HeliosDBClient,
  InvalidRequestError,
  NotFoundError,
  QueryTimeoutError,
} from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../support/server.js";

let server: ServerProcess;
let client: HeliosDBClient;

beforeAll(async () => {
  // The client asks for its dialect by name: the server's default must not matter.
  server = await ServerProcess.start({ env: { HELIOSDB_API_DIALECT: "spec" } });
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  await client.sql.execute(
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, score REAL, big BIGINT, photo BLOB)",
  );
  await client.data.insert("main", "users", [{ id: 1, name: "Alice" }]);
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
});

describe("the client library on a real server whose default dialect is another", () => {
  it("branch, write, merge and delete in one step, as the specification's example has it", async () => {
    const branch = await client.branches.create({ name: "feature-auth", sourceBranch: "main", asOf: { type: "now" } });
    expect(branch).toMatchObject({ name: "feature-auth", parent: "main", state: "Active", isDefault: false });
    expect(Math.abs(branch.createdAt.getTime() - Date.now())).toBeLessThan(60_000);

    await client.branches.execute("feature-auth", {
      sql: "INSERT INTO users (id, name) VALUES ($1, $2)",
      params: [2, "Bob"],
    });
    const onBranch = await client.branches.query("feature-auth", { sql: "SELECT count(*) AS n FROM users" });
    const onMain = await client.sql.query<{ n: number }>("SELECT count(*) AS n FROM users");
    expect([onBranch.rows, onMain.rows]).toEqual([[{ n: 2 }], [{ n: 1 }]]);

    const merged = await client.branches.merge("feature-auth", {
      targetBranch: "main",
      conflictResolution: "source_wins",
      deleteAfterMerge: true,
    });
    expect(merged).toMatchObject({ mergedKeys: 1, conflicts: [], completed: true, sourceDeleted: true });
    expect((await client.branches.list()).branches.map((one) => one.name)).toEqual(["main"]);
  });

  it("values come back as they went in", async () => {
    const photo = new Uint8Array([0, 1, 254, 255]);
    const big = 2n ** 62n;
    await client.data.insert("main", "users", [{ id: 10, name: "Zoë", score: Number.POSITIVE_INFINITY, big, photo }]);
    const { rows } = await client.sql.query("SELECT name, score, big, photo FROM users WHERE id = $1", {
      params: [10],
    });
    const encoded = Buffer.from(photo).toString("base64");
    expect(rows).toEqual([{ name: "Zoë", score: "Infinity", big: big.toString(), photo: encoded }]);
  });

  it("the Date of an answer names the state that the answer came from", async () => {
    await client.sql.execute("CREATE TABLE clock (id INTEGER PRIMARY KEY)");
    const made = await client.branches.create({ name: "when" });
    const { rows } = await client.sql.query("SELECT count(*) AS n FROM clock", { asOf: made.createdAt });
    expect(rows).toEqual([{ n: 0 }]);
    expect((await client.tables.list("main", { asOf: made.createdAt })).map((table) => table.name)).toContain("clock");
  });

  it("failures have their class, code and data", async () => {
    await expect(client.branches.get("nope")).rejects.toSatisfy(
      (error) => error instanceof NotFoundError && error.code === "BRANCH_NOT_FOUND" && error.requestId !== undefined,
    );
    await expect(client.sql.query("SELEC")).rejects.toBeInstanceOf(InvalidRequestError);
    await expect(client.data.insert("main", "users", [{ id: 1 }])).rejects.toSatisfy(
      (error) => error instanceof ConflictError && error.code === "UNIQUE_VIOLATION" && error.details.table === "users",
    );
    const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    await expect(client.sql.query(endless, { timeoutMs: 200 })).rejects.toBeInstanceOf(QueryTimeoutError);

    await client.branches.create({ name: "other" });
    await client.data.update("other", "users", { filter: "id = 1", values: { name: "Other" } });
    await client.data.update("main", "users", { filter: "id = 1", values: { name: "Main" } });
    const refused = client.branches.merge("other", { targetBranch: "main", conflictResolution: "manual" });
    await expect(refused).rejects.toMatchObject({
      code: "MERGE_CONFLICT",
      details: { conflicts: [{ key: "users:1", column: "name", source_value: "Other", target_value: "Main" }] },
    });
  });

  it("keys and tokens, made, used and revoked", async () => {
    const key = await client.auth.keys.create({ name: "reader", scopes: ["read"] });
    const reader = new HeliosDBClient({ baseUrl: server.url, apiKey: key.key });
    const { token, scopes } = await reader.auth.token({ expiresIn: 60 });
    const bearer = new HeliosDBClient({ baseUrl: server.url, token });
    expect(scopes).toEqual(["read"]);
    expect(await bearer.auth.me()).toMatchObject({ method: "jwt", scopes: ["read"] });
    await expect(bearer.branches.create({ name: "no" })).rejects.toMatchObject({ status: 403, code: "FORBIDDEN" });

    expect((await client.auth.keys.revoke(key.id)).revokedAt).toBeInstanceOf(Date);
    await expect(reader.branches.list()).rejects.toBeInstanceOf(AuthenticationError);
    expect((await client.auth.keys.list()).map((one) => one.id)).toContain(key.id);
    await Promise.all([reader.close(), bearer.close()]);
  });
});
