import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HeliosDBClient } from "../src/index.js";
import { AnsweringServer } from "./support/answering-server.js";

let folder: string;
let server: AnsweringServer;
let client: HeliosDBClient;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "helios-client-files-"));
  server = await AnsweringServer.start();
  client = server.client;
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const FILE = { "content-type": "application/vnd.sqlite3", "x-helios-scn": "42" };
const BRANCH = {
  ...{ id: "br_1", name: "dev", parent: "main", created_at: 1, snapshot_id: 1, updated_at: 1, state: "Active", scn: 2 },
  ...{ display_name: null, metadata: {}, expires_at: null, is_default: false, is_protected: false, read_only: false },
  ...{ isolated: true, stats: { total_keys: 0, size_bytes: 0, last_modified: 1 } },
};

describe("downloading", () => {
  it("takes any time as long as bytes flow", async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { ...FILE, "content-length": "8" });
      let sent = 0;
      const timer = setInterval(() => {
        response.write("x");
        sent += 1;
        if (sent === 8) clearInterval(timer);
      }, 200);
    };
    const path = join(folder, "slow.db");
    const done = await client.branches.downloadTo("main", path, { requestTimeoutMs: 1400 });
    expect(done).toEqual({ path, sizeBytes: 8, scn: 42 });
    expect(readFileSync(path, "utf8")).toBe("xxxxxxxx");
  });

  it("ends in a silence, and leaves no part of a file", async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { ...FILE, "content-length": "8" });
      response.write("x");
    };
    const download = client.branches.downloadTo("main", join(folder, "part.db"), { requestTimeoutMs: 200 });
    await expect(download).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("ends when the connection is lost or the caller gives up", async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { ...FILE, "content-length": "8" });
      response.write("x", () => setTimeout(() => response.destroy(), 50));
    };
    const lost = client.branches.downloadTo("main", join(folder, "lost.db"));
    await expect(lost).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    server.answer = (_request, response) => void response.writeHead(200, { ...FILE, "content-length": "8" }).write("x");
    const signal = AbortSignal.timeout(200);
    const aborted = client.branches.downloadTo("main", join(folder, "aborted.db"), { signal });
    await expect(aborted).rejects.toMatchObject({ name: "TimeoutError" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("that is not read can be cancelled, which frees the connection", async () => {
    let closed = Promise.resolve<unknown>(null);
    server.answer = (_request, response) => {
      closed = once(response, "close");
      response.writeHead(200, { ...FILE, "content-length": "100000000" }).write("x");
    };
    const file = await client.branches.download("main", { asOf: "scn:42" });
    expect(file).toMatchObject({ scn: 42, sizeBytes: 100_000_000 });
    await file.cancel();
    await closed;
  });

  it("takes the place of no file unless told to", async () => {
    server.answer = (_request, response) => void response.writeHead(200, { ...FILE, "content-length": "3" }).end("new");
    const path = join(folder, "there.db");
    writeFileSync(path, "old");
    await expect(client.branches.downloadTo("main", path)).rejects.toThrow(`${path} already exists`);
    expect(readFileSync(path, "utf8")).toBe("old");
    await client.branches.downloadTo("main", path, { overwrite: true });
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["there.db"]);
  });

  it("is no file where something else answers", async () => {
    server.answer = (_request, response) =>
      void response.writeHead(200, { "content-type": "text/html" }).end("<p>Log in");
    await expect(client.branches.download("main")).rejects.toMatchObject({ code: "INVALID_ANSWER" });
  });
});

describe("uploading", () => {
  it("sends the whole file again after a refusal that did not begin", async () => {
    const path = join(folder, "up.db");
    writeFileSync(path, Buffer.alloc(3_000_000, 7));
    const seen: unknown[] = [];
    server.answer = async (request, response) => {
      let size = 0;
      for await (const chunk of request) size += (chunk as Buffer).length;
      seen.push([request.method, request.url, request.headers["content-length"], size]);
      const busy = seen.length === 1;
      response.writeHead(busy ? 503 : 201, { "content-type": "application/json" });
      response.end(JSON.stringify(busy ? { code: "OVERLOADED", message: "busy" } : BRANCH));
    };
    const made = await client.branches.upload("dev", path, { expiresAt: 5_000_000_000, message: "from a laptop" });
    expect(made).toMatchObject({ name: "dev", expiresAt: null });
    const sent = ["PUT", "/v1/branches/dev/file?expires_at=5000000000&message=from+a+laptop", "3000000", 3_000_000];
    expect(seen).toEqual([sent, sent]);
  });

  it("is not tried again when the connection is lost: the branch may exist", async () => {
    const path = join(folder, "up.db");
    writeFileSync(path, "x");
    let attempts = 0;
    server.answer = (request) => {
      attempts += 1;
      request.socket.destroy();
    };
    await expect(client.branches.upload("dev", path)).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    expect(attempts).toBe(1);
  });

  it("of a file that is not there sends nothing", async () => {
    server.answer = (_request, response) => void response.writeHead(500).end();
    await expect(client.branches.upload("dev", join(folder, "no.db"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

it("a file is sent from its beginning with the next token", async () => {
  const path = join(folder, "up.db");
  writeFileSync(path, Buffer.alloc(200_000, 7));
  let tokens = 0;
  const answering = await AnsweringServer.start({ token: async () => `t${++tokens}` });
  const seen: unknown[] = [];
  answering.answer = async (request, response) => {
    let size = 0;
    for await (const chunk of request) size += (chunk as Buffer).length;
    seen.push([request.headers.authorization, size]);
    response.writeHead(seen.length === 1 ? 401 : 409, { "content-type": "application/json" });
    response.end(JSON.stringify({ code: seen.length === 1 ? "UNAUTHORIZED" : "BRANCH_EXISTS", message: "no" }));
  };
  await expect(answering.client.branches.upload("dev", path)).rejects.toMatchObject({ code: "BRANCH_EXISTS" });
  expect(seen).toEqual([
    ["Bearer t1", 200_000],
    ["Bearer t2", 200_000],
  ]);
  await answering.stop();
});
