import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, TestBrowser } from "../../support/browser.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const E2E = resolve(import.meta.dirname, "../..");

describe.skipIf(!hasChromium())("the client in a browser", () => {
  let pages: Server;
  let server: ServerProcess;
  let browser: TestBrowser;
  beforeAll(async () => {
    const bundle = await build({
      entryPoints: [join(E2E, "support/browser-program.ts")],
      platform: "browser",
      format: "esm",
      bundle: true,
      write: false,
    });
    const program = bundle.outputFiles[0]!.text;
    pages = createServer(({ url }, response) => {
      const [type, text] = url === "/program.js" ? ["text/javascript", program] : ["text/html", "<!doctype html>"];
      response.writeHead(200, { "content-type": type }).end(text);
    }).listen(0, "127.0.0.1");
    await once(pages, "listening");
    server = await ServerProcess.start({ env: { HELIOSDB_CORS_ORIGINS: origin() } });
    browser = await TestBrowser.start();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
    pages?.close();
  });

  const origin = () => `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;

  it("does what it does elsewhere, by the browser's fetch", async () => {
    const page = await browser.page();
    await page.goto(origin());
    const config = { url: server.url, elsewhere: `${origin()}/elsewhere`, apiKey: API_KEY };
    await page.evaluate(`globalThis.config = ${JSON.stringify(config)}`);
    await page.addScriptTag({ url: "/program.js", type: "module" });
    await page.waitForFunction("globalThis.result !== undefined");
    expect(await page.evaluate("globalThis.result")).toEqual({
      read: [["4611686018427387904", "Zoë", [0, 255]]],
      diff: [["insert", ["id", "name", "photo"]]],
      streamed: 1_250_025_000,
      file: "SQLite format 3",
      copied: 1,
      requestIds: true,
      notFound: "BRANCH_NOT_FOUND",
      unauthorized: "UNAUTHORIZED",
      notOurs: "INVALID_ANSWER",
      timeout: "REQUEST_TIMEOUT",
      aborted: "Error: enough",
      noFiles: "TypeError: A browser has no files by path. Use download, and read its bytes.",
      connections: "TypeError: A browser decides on the number of connections itself. Leave out connections.",
      closed: "TypeError: The client is closed. Make another one.",
    });
  });
});
