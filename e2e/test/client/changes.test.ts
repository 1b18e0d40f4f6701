import { ConflictError, HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let client: HeliosDBClient;

beforeAll(async () => {
  server = await ServerProcess.start({ env: { HELIOSDB_API_DIALECT: "spec" } });
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  await client.sql.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)");
  await client.data.insert("main", "users", [{ id: 1, name: "Alice", email: "a@x" }]);
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
});

async function all<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

describe("a batch", () => {
  it("is one commit with the results of each statement", async () => {
    const done = await client.sql.batch(
      [
        "CREATE TABLE pairs (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b))",
        { sql: "INSERT INTO pairs VALUES ($1, $2, $3) RETURNING v", params: ["x", 1n, "one"] },
      ],
      { message: "set up" },
    );
    expect(done.results).toMatchObject([
      { statementType: "CREATE_TABLE" },
      { statementType: "INSERT", affectedRows: 1, returning: { rows: [{ v: "one" }] } },
    ]);
    const { entries } = await client.branches.history("main", { limit: 1 });
    expect(entries[0]).toMatchObject({ scn: done.scn, id: `tx_${done.scn}`, message: "set up" });
  });

  it("is nothing at all where one statement fails, which is named", async () => {
    const batch = client.branches.batch("main", {
      statements: ["DELETE FROM pairs", "INSERT INTO users (id) VALUES (1)"],
    });
    await expect(batch).rejects.toSatisfy(
      (error) => error instanceof ConflictError && error.details.statement_index === 1,
    );
    expect((await client.sql.query("SELECT count(*) AS n FROM pairs")).rows).toEqual([{ n: 1 }]);
  });
});

describe("histories", () => {
  it("of a branch come by pages or one by one, and cut down", async () => {
    for (let id = 10; id < 15; id++) await client.data.insert("main", "users", [{ id, name: `user ${id}` }]);
    const commits = await all(client.branches.commits("main", { limit: 2 }));
    const whole = await client.branches.history("main", { limit: 1000 });
    expect(commits).toEqual(whole.entries);
    expect(whole).toMatchObject({ nextCursor: null, truncated: false });
    expect(commits.length).toBeGreaterThan(6);
    expect(commits[0]).toMatchObject({
      type: "transaction",
      branch: "main",
      tables: [{ table: "users", inserted: 1, updated: 0, deleted: 0 }],
    });
    const schema = await all(client.branches.commits("main", { kinds: ["schema"], until: new Date() }));
    expect(schema.every((commit) => commit.type === "schema")).toBe(true);
    expect(schema.length).toBeGreaterThan(0);
    expect(await all(client.branches.commits("main", { author: "nobody" }))).toEqual([]);
  });

  it("of a row name each version, its author and what changed", async () => {
    await client.data.update("main", "pairs", { filter: "a = 'x'", values: { v: "two" } });
    await client.data.delete("main", "pairs", { filter: "a = 'x'" });
    const versions = await all(client.data.rowVersions<{ v: string }>("main", "pairs", ["x", 1], { limit: 1 }));
    expect(versions).toMatchObject([
      { type: "delete", row: null },
      { type: "update", row: { v: "two" }, changed: ["v"] },
      { type: "insert", row: { v: "one" } },
    ]);
    expect(versions[0]?.timestamp).toBeInstanceOf(Date);
    const page = await client.data.rowHistory("main", "pairs", ["x", 1], { limit: 2 });
    expect([page.key, page.versions.length, page.nextCursor]).toEqual([["x", 1], 2, expect.any(String)]);
    await expect(client.data.rowHistory("main", "users", 999)).rejects.toMatchObject({ code: "ROW_NOT_FOUND" });
  });
});

describe("differences", () => {
  it("of a branch since its fork, by pages or row by row", async () => {
    const fork = await client.branches.create({ name: "changed" });
    await client.sql.batch(
      [
        "UPDATE users SET name = 'Alice Smith' WHERE id = 1",
        "DELETE FROM users WHERE id = 10",
        "INSERT INTO users (id, name) VALUES (50, 'Zoë')",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY)",
      ],
      { branch: "changed" },
    );
    const counts = await client.branches.diff("changed", { limit: 0 });
    expect(counts).toMatchObject({
      from: { branch: "main", scn: fork.scn },
      to: { branch: "changed" },
      schema: [{ type: "table", name: "notes", change: "added", from: null }],
      tables: [{ table: "users", inserted: 1, updated: 1, deleted: 1 }],
      rows: [],
      nextCursor: null,
    });
    const rows = await all(client.branches.diffRows("changed", { limit: 1 }));
    expect(rows).toMatchObject([
      { kind: "update", key: [1], changed: ["name"], from: { name: "Alice" }, to: { name: "Alice Smith" } },
      { kind: "delete", key: [10], to: null },
      { kind: "insert", key: [50], from: null, to: { id: 50, name: "Zoë" } },
    ]);
    expect(await all(client.branches.diffRows("changed", { tables: ["notes"] }))).toEqual([]);
    const reverse = await client.branches.diff("main", { from: { branch: "changed", asOf: "now" } });
    expect(reverse.tables).toEqual([{ table: "users", inserted: 1, updated: 1, deleted: 1 }]);
  });
});

it("conflicts are resolved one by one, and the merge says why", async () => {
  await client.branches.create({ name: "left" });
  await client.data.update("left", "users", { filter: "id = 1", values: { name: "L", email: "l@x" } });
  await client.data.update("main", "users", { filter: "id = 1", values: { name: "M", email: "m@x" } });
  const merged = await client.branches.merge("left", {
    targetBranch: "main",
    conflictResolution: "manual",
    resolutions: [
      { table: "users", key: 1, column: "name", use: "source" },
      { table: "users", key: 1, column: "email", use: "value", value: "both@x" },
    ],
    message: "by hand",
  });
  expect(merged.conflicts.map((one) => [one.column, one.resolution, one.resolvedValue]).sort()).toEqual([
    ["email", "Value", "both@x"],
    ["name", "Theirs", "L"],
  ]);
  const { rows } = await client.sql.query("SELECT name, email FROM users WHERE id = 1");
  expect(rows).toEqual([{ name: "L", email: "both@x" }]);
  const { entries } = await client.branches.history("main", { kinds: ["merge"], limit: 1 });
  expect(entries[0]).toMatchObject({ message: "by hand", mergedFrom: { branch: "left" } });
});
