import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { EngineHost } from "@heliosdb/engine-host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCatalog } from "../../dist/catalog/open-catalog.js";
import { Readiness } from "../../dist/system/readiness.js";
import { readinessAsText } from "../../dist/system/readiness-parts.js";
import { get } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";
import { IN_CELL } from "../support/test-cell.js";

const ALL_OK = ["node", "leader", "store", "catalog", "readers", "writers", "disk"].map((part) => `[+]${part} ok`);

/** Waits until something holds; the test's own time limit bounds it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("/livez and /readyz", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.remove());

  it("answer without a credential, uncounted, and are never kept by a cache", async () => {
    for (const path of ["/livez", "/readyz"]) {
      const answer = await get(server, path, { key: null });
      expect([path, answer.status, answer.headers.get("content-type")]).toEqual([
        path,
        200,
        "text/plain; charset=utf-8",
      ]);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("x-ratelimit-limit")).toBeNull();
    }
  });

  it("tell each part in a line of its own", async () => {
    expect((await get(server, "/livez", { key: null })).body).toBe("OK");
    const all = IN_CELL ? [...ALL_OK, "[+]log ok"] : ALL_OK;
    expect((await get(server, "/readyz", { key: null })).body).toBe(all.join("\n"));
  });

  it.each(["application/json", "application/vnd.heliosdb.v1+json"])("speak JSON to %s", async (accept) => {
    const answer = await get(server, "/readyz", { key: null, accept });
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.body).toMatchObject({ ready: true, parts: { node: { ok: true }, disk: { ok: true } } });
  });

  it("turn to 503 when the server is told to end, while everything else goes on", async () => {
    const ending = await startServer();
    try {
      ending.drain();
      const ready = await get(ending, "/readyz", { key: null });
      expect([ready.status, ready.body.split("\n")[0]]).toEqual([
        503,
        "[-]node not ready: the server is shutting down",
      ]);
      const json = await fetch(`${ending.url}/readyz`, { headers: { accept: "application/json" } });
      expect(await json.json()).toMatchObject({
        ready: false,
        parts: { node: { ok: false, problem: "the server is shutting down" } },
      });
      expect((await get(ending, "/livez", { key: null })).status).toBe(200);
      expect((await get(ending, "/v1/branches")).status).toBe(200);
    } finally {
      await ending.remove();
    }
  });
});

describe("readiness", () => {
  it("tells which of its parts has failed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heliosdb-ready-"));
    // Entries that can be taken away, so that the processes can't be started again.
    const entry = (kind: "reader" | "writer") => {
      const file = join(folder, `${kind}.mjs`);
      const main = import.meta.resolve("@heliosdb/engine-host").replace(/index\.js$/, `${kind}s/main.js`);
      writeFileSync(file, `import ${JSON.stringify(main)};\n`);
      return pathToFileURL(file);
    };
    const host = await EngineHost.start({
      dataDir: folder,
      defaultDeadlineMs: 60_000,
      maxDeadlineMs: 60_000,
      maxRows: 10,
      entries: { reader: entry("reader"), writer: entry("writer") },
    });
    const catalog = await openCatalog(folder);
    try {
      const look = () => new Readiness(host, catalog, folder, () => false).check();
      expect(readinessAsText(await look())).toBe(ALL_OK.join("\n"));

      const noDisk = await new Readiness(host, catalog, join(folder, "gone"), () => false).check();
      expect(readinessAsText(noDisk)).toContain("[-]disk not ready: it can't be written to (ENOENT)");
      expect(noDisk).toMatchObject({ ready: false, problems: { store: null, leader: noDisk.problems.disk } });

      const { reader, writer } = host.counters().pids;
      rmSync(join(folder, "writer.mjs"));
      for (const pid of writer) process.kill(pid, "SIGKILL");
      await until(async () => (await look()).problems.writers !== null);
      expect((await look()).problems).toMatchObject({ node: null, store: null, readers: null });
      expect(readinessAsText(await look())).toContain("[+]leader does not exist");

      rmSync(join(folder, "reader.mjs"));
      for (const pid of reader) process.kill(pid, "SIGKILL");
      await until(async () => (await look()).problems.readers !== null);
      expect(readinessAsText(await look())).toContain("[+]store not ready");

      await catalog.destroy();
      expect((await look()).problems.catalog).toMatch(/^it can't be read/);
    } finally {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
