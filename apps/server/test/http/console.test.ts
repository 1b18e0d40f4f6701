import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../support/server.js";

const HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const DIST = join(
  dirname(createRequire(join(import.meta.dirname, "../../package.json")).resolve("@heliosdb/console/package.json")),
  "dist",
);

/** Without the decoding and redirecting of fetch. */
async function get(server: TestServer, path: string, headers: Record<string, string> = {}, method = "GET") {
  const { statusCode, headers: given, body } = await request(server.url + path, { headers, method: method as "GET" });
  return { status: statusCode, headers: given, body: Buffer.from(await body.arrayBuffer()) };
}

/** The files that the page names. */
function scripts(page: string): string[] {
  return [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1]!);
}

describe.each([0, 2])("the console of a server with %i fronts", (fronts) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ server: { fronts, publicPrefix: "/db" } });
  });
  afterAll(() => server?.remove());

  it("sends browsers from / to itself, under the path that they see, and tells others what it did before", async () => {
    for (const path of ["/", "/?from=here"]) {
      const response = await get(server, path, { accept: HTML });
      expect([response.status, response.headers.location]).toEqual([302, "/db/console/"]);
    }
    const { headers, status } = await get(server, "/");
    expect([status, headers.location]).toEqual([302, "/status"]);
    expect((await get(server, "/", { accept: HTML }, "POST")).status).toBe(405);
  });

  it("has one page for every view, with a policy that allows only what comes from the server", async () => {
    const pages = await Promise.all(
      ["/console", "/console/", "/console/branches", "/console/branch/main/data?table=a%2Fb"].map((path) =>
        get(server, path, { accept: HTML }),
      ),
    );
    for (const { status, headers, body } of pages) {
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(headers["cache-control"]).toBe("no-cache");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["content-security-policy"]).toMatch(/^default-src 'self'; .*frame-ancestors 'none'$/);
      expect(headers["content-security-policy"]).not.toMatch(/unsafe|data:|\*/);
      expect(body.toString()).toContain('<base href="/db/console/"');
      expect(body.toString()).toContain('name="heliosdb-auth" content="on"');
      expect(body.toString()).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=|https?:\/\//);
    }
  });

  it("serves its files compressed as the client takes them, to be kept for good", async () => {
    const page = (await get(server, "/console/")).body.toString();
    expect(scripts(page).length).toBeGreaterThanOrEqual(2);
    for (const name of scripts(page)) {
      const plain = await get(server, `/console/${name}`);
      expect(plain.status).toBe(200);
      expect(plain.headers["content-encoding"]).toBeUndefined();
      expect(plain.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
      expect(plain.headers.vary).toContain("Accept-Encoding");
      expect(plain.body.equals(readFileSync(join(DIST, name)))).toBe(true);
      const gzip = await get(server, `/console/${name}`, { "accept-encoding": "gzip, br;q=0" });
      expect(gzip.headers["content-encoding"]).toBe("gzip");
      expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
      const brotli = await get(server, `/console/${name}`, { "accept-encoding": "gzip, deflate, br, zstd" });
      expect(brotli.headers["content-encoding"]).toBe("br");
      expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
      expect(brotli.headers["content-type"]).toBe(plain.headers["content-type"]);
    }
    const icon = await get(server, "/console/icon.svg");
    expect([icon.status, icon.headers["content-type"]]).toEqual([200, "image/svg+xml"]);
  });

  it("serves no other file, and answers for a missing one with 404, not with the page", async () => {
    for (const path of [
      "/console/assets/gone-12345678.js",
      "/console/assets/..%2f..%2fpackage.json",
      "/console/assets/%2e%2e/%2e%2e/package.json.js",
    ]) {
      expect([path, (await get(server, path, { accept: HTML })).status]).toEqual([path, 404]);
    }
    for (const path of ["/console/..%2fpackage.json", "/console/licenses.md", "/console/index.html.br"]) {
      const { headers, body } = await get(server, path);
      expect([path, headers["content-type"]]).toEqual([path, "text/html; charset=utf-8"]);
      expect(body.toString()).toContain('<div id="root">');
    }
  });
});

describe("the console's other settings", () => {
  it("serves nothing when it is switched off", async () => {
    const server = await startServer({ server: { console: false } });
    try {
      expect((await get(server, "/console/", { accept: HTML })).status).toBe(404);
      expect((await get(server, "/", { accept: HTML })).headers.location).toBe("/status");
    } finally {
      await server.remove();
    }
  });

  it("tells the page when nobody has to sign in, and is not served to another host's pages then", async () => {
    const server = await startServer({ auth: null, server: { surfaces: [] } });
    try {
      const { body } = await get(server, "/console/");
      expect(body.toString()).toContain('name="heliosdb-auth" content="off"');
      expect((await get(server, "/console/", { host: "evil.example" })).status).toBe(403);
      expect((await get(server, "/")).status).toBe(404);
      expect((await get(server, "/", { accept: HTML })).headers.location).toBe("/console/");
    } finally {
      await server.remove();
    }
  });
});

/** What a first visit loads: the page's scripts, without those that views load by themselves. */
const FIRST_LOAD_BYTES = 250_000;

it("loads less than 250 kB of script, gzipped, before it can be used", () => {
  const first = scripts(readFileSync(join(DIST, "index.html"), "utf8")).filter((name) => name.endsWith(".js"));
  const sizes = first.map((name) => readFileSync(join(DIST, `${name}.gz`)).length);
  expect(first.length).toBeGreaterThanOrEqual(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_LOAD_BYTES);
  // The editor is not among them.
  const all = readdirSync(join(DIST, "assets")).filter((name) => name.endsWith(".js"));
  expect(all.some((name) => name.startsWith("sql-page-"))).toBe(true);
});
