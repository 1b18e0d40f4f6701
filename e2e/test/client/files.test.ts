import { createWriteStream, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { AuthenticationError, ConflictError, HeliosDBClient, InvalidRequestError } from "@heliosdb/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

const folder = mkdtempSync(join(tmpdir(), "helios-client-files-"));
let server: ServerProcess;
let client: HeliosDBClient;
let first: number;

beforeAll(async () => {
  server = await ServerProcess.start({ env: { HELIOSDB_API_DIALECT: "spec", HELIOSDB_MAX_FILE_BYTES: "10000000" } });
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  await client.sql.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  first = (await client.data.insert("main", "items", [{ id: 1, name: "lamp" }])).scn;
  await client.sql.execute(
    "INSERT INTO items WITH RECURSIVE c(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c LIMIT 5000) SELECT n, hex(randomblob(200)) FROM c",
  );
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const rows = async (branch: string) =>
  (await client.branches.query(branch, { sql: "SELECT count(*) AS n FROM items" })).rows;

it("a branch goes into a file and comes back as another", async () => {
  const path = join(folder, "main.db");
  const file = await client.branches.downloadTo("main", path);
  expect(file.sizeBytes).toBe(statSync(path).size);
  expect(file.sizeBytes).toBeGreaterThan(1_000_000);
  const made = await client.branches.upload("again", path, { displayName: "Again", message: "from a file" });
  expect(made).toMatchObject({ name: "again", displayName: "Again", stats: { rows: 5001 } });
  expect(await rows("again")).toEqual([{ n: 5001 }]);
  const { entries } = await client.branches.history("again", { kinds: ["import"] });
  expect(entries).toMatchObject([{ type: "import", message: "from a file" }]);
  await expect(client.branches.upload("again", path)).rejects.toBeInstanceOf(ConflictError);
});

it("a past state goes through a stream", async () => {
  const path = join(folder, "past.db");
  const file = await client.branches.download("main", { asOf: { type: "scn", value: first } });
  expect(file.scn).toBe(first);
  await pipeline(file.bytes, createWriteStream(path));
  await client.branches.upload("past", path);
  expect(await rows("past")).toEqual([{ n: 1 }]);
});

it("what is no database, too large, or not allowed is refused with the server's words", async () => {
  const path = join(folder, "bad.db");
  writeFileSync(path, "no database".repeat(1000));
  await expect(client.branches.upload("bad", path)).rejects.toSatisfy(
    (error) => error instanceof InvalidRequestError && error.code === "INVALID_FILE",
  );
  writeFileSync(path, Buffer.alloc(11_000_000));
  await expect(client.branches.upload("bad", path)).rejects.toMatchObject({ status: 413, code: "PAYLOAD_TOO_LARGE" });
  writeFileSync(path, "no database".repeat(1000));
  const { key } = await client.auth.keys.create({ name: "writer", scopes: ["read", "write"] });
  const writer = new HeliosDBClient({ baseUrl: server.url, apiKey: key });
  await expect(writer.branches.upload("bad", path)).rejects.toBeInstanceOf(AuthenticationError);
  await writer.close();
  expect((await client.branches.list()).branches.map((one) => one.name)).not.toContain("bad");
});

it("a download that fails leaves no file", async () => {
  const before = readdirSync(folder);
  await expect(client.branches.downloadTo("nope", join(folder, "nope.db"))).rejects.toMatchObject({
    code: "BRANCH_NOT_FOUND",
  });
  expect(readdirSync(folder)).toEqual(before);
});
