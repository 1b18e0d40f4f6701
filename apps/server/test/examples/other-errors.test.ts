import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, call, execute, LITE, must, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
  await execute(server, "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id))");
  await execute(server, "INSERT INTO users VALUES (1, 'ann'), (2, 'bob')");
  await must(server, "POST", "/v1/branches", { name: "dev" });
});
afterAll(() => server?.remove());

async function inBoth(method: string, path: string, body: unknown, status: number, code: string): Promise<void> {
  for (const accept of [LITE, SPEC]) {
    const answer: Answer = await call(server, method, path, body, { accept });
    expect([answer.status, accept === SPEC ? answer.body.error.code : answer.body.code]).toEqual([status, code]);
  }
}

describe("errors that neither document names", () => {
  it.each([
    ["INSERT INTO orders VALUES (1, 99)", 409, "FOREIGN_KEY_VIOLATION"],
    ["INSERT INTO users VALUES (abs(-9223372036854775808), 'x')", 422, "SQL_ERROR"],
    ["CREATE VIRTUAL TABLE t USING fts5(a)", 422, "TABLE_NOT_VERSIONED"],
  ])("%s: %i %s", async (sql, status, code) => {
    await inBoth("POST", "/v1/branches/main/execute", { sql }, status, code);
  });

  it("a merge that would break a constraint: 409 MERGE_CONSTRAINT", async () => {
    await execute(server, "UPDATE users SET name = 'zoe' WHERE id = 1", "dev");
    await execute(server, "UPDATE users SET name = 'zoe' WHERE id = 2");
    await inBoth("POST", "/v1/branches/dev/merge", { target: "main" }, 409, "MERGE_CONSTRAINT");
  });

  it("a conflict about the schema says in its message what it is about", async () => {
    await must(server, "POST", "/v1/branches", { name: "wide" });
    await execute(server, "ALTER TABLE users ADD COLUMN size INTEGER", "wide");
    await execute(server, "ALTER TABLE users ADD COLUMN size TEXT DEFAULT 'm'");
    for (const accept of [LITE, SPEC]) {
      const body = { target: "main", strategy: "Manual", dry_run: true };
      const answer = await call(server, "POST", "/v1/branches/wide/merge", body, { accept });
      const { conflicts } = accept === SPEC ? answer.body.data : answer.body;
      expect(conflicts[0]).toMatchObject({ conflict_type: "schema", table: "users" });
      expect(conflicts[0].message).toContain("size");
    }
  });
});
