import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, must, post, rows, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const MAIN_FILE = "/v1/branches/main/file";
const LIMIT = 4 * 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "heliosdb-files-"));
let server: TestServer;
let first: number;
beforeAll(async () => {
  server = await startServer({ server: { maxFileBytes: LIMIT, maxBodyBytes: 4096 } });
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "CREATE INDEX items_name ON items (name)");
  first = (await execute(server, "INSERT INTO items VALUES (1, 'lamp'), (2, 'desk')")).scn;
  await execute(server, "UPDATE items SET name = 'gone' WHERE id = 2");
});
afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Downloads a file and opens it as any program would. */
async function download(path: string, key = KEYS.read) {
  const response = await fetch(server.url + path, { headers: { "x-api-key": key } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}
function opened<T>(bytes: Buffer, read: (db: Database.Database) => T): T {
  const path = join(folder, "opened.db");
  writeFileSync(path, bytes);
  const db = new Database(path, { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}
/** The bytes of a SQLite file that the statements make. */
function sqliteFile(sql: string): Buffer {
  const db = new Database(":memory:");
  db.exec(sql);
  const bytes = db.serialize();
  db.close();
  return bytes;
}
const put = (
  name: string,
  raw: Uint8Array,
  options: { query?: string; key?: string; accept?: string; type?: string } = {},
) =>
  call(server, "PUT", `/v1/branches/${name}/file${options.query ?? ""}`, undefined, {
    key: options.key,
    accept: options.accept,
    raw,
    headers: { "content-type": options.type ?? "application/vnd.sqlite3" },
  });
/** A download of main, changed by any program. */
async function edited(sql: string): Promise<{ bytes: Buffer; scn: string }> {
  const { bytes, headers } = await download(MAIN_FILE);
  const path = join(folder, "edited.db");
  writeFileSync(path, bytes);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return { bytes: readFileSync(path), scn: headers.get("x-helios-scn")! };
}
/** What transfers leave behind: files on their way in or out. */
function leftovers(): string[] {
  return readdirSync(join(server.dataDir, "databases", "default", "transfers"));
}

describe("downloading a branch", () => {
  it("gives a plain SQLite file with a name, a length and its state", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    const file = await download(MAIN_FILE);
    expect(file.status).toBe(200);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      "content-type": "application/vnd.sqlite3",
      "content-disposition": `attachment; filename="main-${scn}.sqlite3"`,
      "content-length": String(file.bytes.length),
      "x-helios-scn": String(scn),
    });
    const found = opened(file.bytes, (db) => ({
      names: db.prepare("SELECT name FROM sqlite_schema ORDER BY name").pluck().all(),
      items: db.prepare("SELECT id, name FROM items ORDER BY id").all(),
      integrity: db.pragma("integrity_check", { simple: true }),
    }));
    expect(found).toEqual({
      names: ["items", "items_name"],
      items: [
        { id: 1, name: "lamp" },
        { id: 2, name: "gone" },
      ],
      integrity: "ok",
    });
    expect(file.bytes.includes("desk")).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  it("gives a past state, of a branch named by its id too", async () => {
    const { id } = await must(server, "POST", "/v1/branches", { name: "side" });
    for (const path of [
      `${MAIN_FILE}?as_of=scn:${first}`,
      `/v1/branches/${id}/file?as_of_type=scn&as_of_value=${first}`,
    ]) {
      const file = await download(path);
      expect([path, file.headers.get("x-helios-scn")]).toEqual([path, String(first)]);
      expect(opened(file.bytes, (db) => db.prepare("SELECT name FROM items WHERE id = 2").pluck().get())).toBe("desk");
    }
    const named = await download(`/v1/branches/${id}/file`);
    expect(named.headers.get("content-disposition")).toContain('filename="side-');
  });

  it("leaves nothing behind when the client goes away", async () => {
    await execute(server, "CREATE TABLE big (n INTEGER PRIMARY KEY, text TEXT)");
    await execute(
      server,
      "INSERT INTO big WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 20000) SELECT n, hex(randomblob(500)) FROM c",
    );
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () =>
        socket.write(`GET ${MAIN_FILE} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEYS.read}\r\n\r\n`),
      );
      socket.once("data", () => socket.destroy());
      socket.once("close", () => resolve()).once("error", reject);
    });
    expect(leftovers()).toEqual([]);
    expect((await get(server, "/v1/branches/main")).status).toBe(200);
    await execute(server, "DROP TABLE big");
  });

  it("answers HEAD with its headers alone", async () => {
    const head = await call(server, "HEAD", MAIN_FILE);
    expect([head.status, head.body]).toEqual([200, ""]);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(1000);
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ["/v1/branches/nope/file", 404, "BRANCH_NOT_FOUND"],
    [`${MAIN_FILE}?as_of=soon`, 400, "INVALID_POINT"],
    [`${MAIN_FILE}?as_of=1`, 422, "POINT_BEFORE_HISTORY"],
    [`${MAIN_FILE}?at=1`, 400, "UNKNOWN_FIELD"],
  ])("of %s is refused", async (path, status, code) => {
    const answer = await get(server, path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await get(server, path, { accept: SPEC })).body.error.code).toBe(code);
  });

  it("needs the scope read", async () => {
    expect((await download(MAIN_FILE, KEYS.nothing)).status).toBe(403);
  });
});

describe("uploading a file", () => {
  const PLAIN = sqliteFile(
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'hello')",
  );

  it("makes a branch of it", async () => {
    const expires = Math.floor(Date.now() / 1000) + 3600;
    const made = await put("uploaded", PLAIN, {
      query: `?display_name=My%20notes&expires_at=${expires}&message=from%20the%20laptop`,
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "uploaded",
      parent: "main",
      display_name: "My notes",
      expires_at: expires,
      state: "Active",
      stats: { total_keys: 1 },
    });
    expect(await rows(server, "SELECT text FROM notes", "uploaded")).toEqual([{ text: "hello" }]);
    await execute(server, "INSERT INTO notes VALUES (2, 'more')", "uploaded");
    expect((await must(server, "POST", "/v1/branches/uploaded/merge", { target: "main" })).merged_keys).toBeGreaterThan(
      1,
    );
    expect(await rows(server, "SELECT count(*) AS n FROM notes")).toEqual([{ n: 2 }]);
    expect(leftovers()).toEqual([]);
  });

  it("takes what was downloaded, in either dialect and under each type", async () => {
    const { bytes } = await download(`${MAIN_FILE}?as_of=scn:${first}`);
    const types = ["application/vnd.sqlite3", "application/x-sqlite3", "Application/Octet-Stream; charset=binary"];
    for (const [index, type] of types.entries()) {
      const made = await put(`again-${index}`, bytes, { type, accept: SPEC });
      expect([type, made.status, made.body.data?.status]).toEqual([type, 201, "active"]);
      expect(await rows(server, "SELECT name FROM items WHERE id = 2", `again-${index}`)).toEqual([{ name: "desk" }]);
    }
  });

  it("takes one larger than any other body, sent piece by piece without a length", async () => {
    const large = sqliteFile(
      "CREATE TABLE t (x TEXT); INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 1000) SELECT hex(randomblob(1000)) FROM c",
    );
    expect(large.length).toBeGreaterThan(1_000_000);
    const pieces = new ReadableStream({
      start(controller) {
        for (let at = 0; at < large.length; at += 65_536) controller.enqueue(large.subarray(at, at + 65_536));
        controller.close();
      },
    });
    const response = await fetch(`${server.url}/v1/branches/chunked/file`, {
      method: "PUT",
      headers: { "x-api-key": KEYS.admin, "content-type": "application/octet-stream" },
      body: pieces,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(201);
    expect(await rows(server, "SELECT count(*) AS n FROM t", "chunked")).toEqual([{ n: 1000 }]);
  });

  it.each([
    ["no database", Buffer.from("not a database at all, but long enough to look at".repeat(100)), "INVALID_FILE"],
    ["a few bytes", Buffer.from("hi"), "INVALID_FILE"],
    ["one that is cut off", PLAIN.subarray(0, PLAIN.length - 4096), "INVALID_FILE"],
    ["the engine's own", sqliteFile("CREATE TABLE _helios_commits (x)"), "INVALID_FILE"],
  ])("refuses %s", async (_, bytes, code) => {
    const answer = await put("bad-file", bytes);
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect((await put("bad-file", bytes, { accept: SPEC })).body.error.code).toBe(code);
    expect((await get(server, "/v1/branches/bad-file")).status).toBe(404);
    expect(leftovers()).toEqual([]);
  });

  it("refuses a name that is taken or is none, whatever is sent", async () => {
    for (const [name, status, code] of [
      ["main", 409, "BRANCH_EXISTS"],
      ["a.b", 400, "INVALID_BRANCH_NAME"],
      ["br_7k2m9q4w3x5f6a2b", 400, "INVALID_BRANCH_NAME"],
    ] as const) {
      const answer = await put(name, PLAIN);
      expect([name, answer.status, answer.body.code]).toEqual([name, status, code]);
    }
    expect(leftovers()).toEqual([]);
  });

  it("refuses one that is too large, whether or not it says so beforehand", async () => {
    const huge = Buffer.alloc(LIMIT + 1);
    const told = await put("huge", huge);
    expect([told.status, told.body.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect(told.body.message).toContain(String(LIMIT));
    const response = await fetch(`${server.url}/v1/branches/huge/file`, {
      method: "PUT",
      headers: { "x-api-key": KEYS.admin },
      body: new Blob([huge]).stream(),
      duplex: "half",
    } as RequestInit);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect(leftovers()).toEqual([]);
  });

  it("refuses another type, an encoding, and nothing at all", async () => {
    for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
      const answer = await put("typed", PLAIN, { type });
      expect([type, answer.status, answer.body.code]).toEqual([type, 415, "UNSUPPORTED_MEDIA_TYPE"]);
      expect(answer.body.message).toContain("application/vnd.sqlite3");
    }
    const zipped = await call(server, "PUT", "/v1/branches/typed/file", undefined, {
      raw: PLAIN,
      headers: { "content-type": "application/vnd.sqlite3", "content-encoding": "gzip" },
    });
    expect(zipped.status).toBe(415);
    const empty = await call(server, "PUT", "/v1/branches/typed/file");
    expect([empty.status, empty.body.code]).toEqual([400, "BAD_REQUEST"]);
    expect((await get(server, "/v1/branches/typed")).status).toBe(404);
  });

  it("refuses wrong parameters", async () => {
    for (const [query, code] of [
      ["?expires_at=soon", "INVALID_FIELD"],
      ["?expires_at=5", "INVALID_FIELD"],
      ["?name=x", "UNKNOWN_FIELD"],
    ]) {
      const answer = await put("parameters", PLAIN, { query });
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, code]);
    }
    expect((await get(server, "/v1/branches/parameters")).status).toBe(404);
    expect(leftovers()).toEqual([]);
  });

  it("needs the scope admin", async () => {
    for (const key of [KEYS.read, KEYS.write, KEYS.merge]) {
      const answer = await put("unscoped", PLAIN, { key });
      expect([answer.status, answer.body.scope]).toEqual([403, "admin"]);
    }
    expect((await put("unscoped", PLAIN, { key: "wrong-key-altogether" })).status).toBe(401);
    expect((await put("unscoped", PLAIN, { key: KEYS.read, type: "text/plain" })).status).toBe(415);
    expect((await put("unscoped", PLAIN, { key: KEYS.read, query: "?x=1" })).status).toBe(403);
  });

  it("leaves nothing behind when the client goes away in the middle", async () => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => {
      socket.write(
        `PUT /v1/branches/cut/file HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEYS.admin}\r\nContent-Type: application/vnd.sqlite3\r\nContent-Length: ${PLAIN.length}\r\n\r\n`,
      );
      socket.write(PLAIN.subarray(0, 4096));
    });
    await expect.poll(leftovers).toEqual([expect.stringMatching(/^import-/)]);
    socket.destroy();
    await expect.poll(leftovers).toEqual([]);
    expect((await get(server, "/v1/branches/cut")).status).toBe(404);
    expect((await put("cut", PLAIN)).status).toBe(201);
  });
});

describe("transfers of files", () => {
  it("count as heavy", async () => {
    const file = await download(MAIN_FILE);
    expect(file.headers.get("x-ratelimit-limit")).toBe("10");
    expect((await post(server, "/v1/branches/main/query", { sql: "SELECT 1" })).headers.get("x-ratelimit-limit")).toBe(
      "100",
    );
  });
});

describe("loading a changed copy of a state", () => {
  it("makes a branch from there, which merges", async () => {
    const { bytes, scn } = await edited(
      "UPDATE items SET name = 'edited' WHERE id = 1; ALTER TABLE items ADD COLUMN n",
    );
    await execute(server, "INSERT INTO items VALUES (3, 'meanwhile')");
    const branch = await put("copy", bytes, { query: `?from=main@scn:${scn}` });
    expect([branch.status, branch.body.name, branch.body.parent]).toEqual([201, "copy", "main"]);
    await post(server, "/v1/branches/copy/merge", { target: "main", strategy: "Manual" });
    expect(await rows(server, "SELECT id, name FROM items ORDER BY id")).toEqual([
      { id: 1, name: "edited" },
      { id: 2, name: "gone" },
      { id: 3, name: "meanwhile" },
    ]);
    expect(leftovers()).toEqual([]);
  });

  it("says what is wrong with what it was made from", async () => {
    const { bytes, scn } = await edited("DELETE FROM items");
    for (const [from, status, code] of [
      ["main", 400, "INVALID_FIELD"],
      ["main@", 400, "INVALID_FIELD"],
      ["@scn:1", 400, "INVALID_FIELD"],
      [`main@scn:${scn}@x`, 400, "INVALID_FIELD"],
      ["main@yesterday", 400, "INVALID_POINT"],
      ["main@scn:999999", 422, "POINT_IN_FUTURE"],
      [`nobody@scn:${scn}`, 404, "BRANCH_NOT_FOUND"],
    ] as const) {
      const answer = await put("refused", bytes, { query: `?from=${encodeURIComponent(from)}` });
      expect([from, answer.status, answer.body.code]).toEqual([from, status, code]);
    }
    const broken = await put("refused", Buffer.from("no database"), { query: `?from=main@scn:${scn}` });
    expect(broken.body.code).toBe("INVALID_FILE");
    expect((await get(server, "/v1/branches/refused")).status).toBe(404);
    expect(leftovers()).toEqual([]);
    await execute(server, "INSERT INTO items (id, name) VALUES (4, 'still writes')");
  });
});
