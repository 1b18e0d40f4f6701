import { mkdtempSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { post } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const dataDir = mkdtempSync(join(tmpdir(), "heliosdb-server-"));
let server: TestServer;
afterEach(() => server.remove());

const execute = (key: string, sql: string) => post(server, "/v1/branches/main/execute", { sql }, { key });
const count = (key: string) => post(server, "/v1/branches/main/query", { sql: "SELECT count(*) FROM t" }, { key });

it("a tenant's folder without its record is refused with what to do, keeps its files, and others are served", async () => {
  server = await startServer({ dataDir });
  for (const key of [KEYS.admin, KEYS.other]) expect((await execute(key, "CREATE TABLE t (v)")).status).toBe(200);
  await server.close();
  const folder = join(dataDir, "databases", "default");
  renameSync(join(folder, "meta.db"), join(dataDir, "meta.db"));
  const branch = readFileSync(join(folder, "branches", "b1.db"));

  server = await startServer({ dataDir });
  for (const answer of [await count(KEYS.admin), await execute(KEYS.admin, "INSERT INTO t VALUES (1)")]) {
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    expect(answer.body.message).toMatch(/meta\.db, is missing.*restore the database's whole folder/);
    expect(answer.body.message).not.toContain(dataDir);
  }
  expect((await count(KEYS.other)).status).toBe(200);
  expect(readFileSync(join(folder, "branches", "b1.db"))).toEqual(branch);
  await server.close();
  renameSync(join(dataDir, "meta.db"), join(folder, "meta.db"));

  server = await startServer({ dataDir });
  expect((await count(KEYS.admin)).status).toBe(200);
});
