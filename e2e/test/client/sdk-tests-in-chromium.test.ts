import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, TestBrowser } from "../../support/browser.js";
import type { Ended } from "../../support/in-browser/run-tests.js";
import { TestPages } from "../../support/in-browser/test-pages.js";

const TESTS = resolve(import.meta.dirname, "../../../packages/client/test");

/** Why a test file can't run in a browser. A file that isn't named here runs there, also a new one. */
const ONLY_IN_NODE: Readonly<Record<string, string>> = {
  "bundle.test.ts": "bundles the client with esbuild",
  "events.test.ts": "its server answers piece by piece, by functions in the same process",
  "files.test.ts": "sends and saves files by path",
  "package.test.ts": "starts Node processes that load the package",
  "stream.test.ts": "its server answers piece by piece, by functions in the same process",
  "typegen.test.ts": "compiles what it generates with TypeScript",
};

describe.skipIf(!hasChromium())("the SDK's own tests in Chromium", () => {
  let pages: TestPages;
  let browser: TestBrowser;
  const files = readdirSync(TESTS).filter((name) => name.endsWith(".test.ts") && !(name in ONLY_IN_NODE));
  beforeAll(async () => {
    pages = await TestPages.start(files);
    browser = await TestBrowser.start();
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.stop();
  });

  it("pass", async () => {
    const page = await browser.page();
    await page.goto(pages.origin);
    await page.addScriptTag({ url: "/program.js", type: "module" });
    await page.waitForFunction("globalThis.outcomes !== undefined");
    const outcomes = (await page.evaluate("globalThis.outcomes")) as readonly Ended[];
    expect(outcomes.filter(({ state }) => state !== "pass" && state !== "skip")).toEqual([]);
    for (const file of files) expect(outcomes.some(({ name }) => name.startsWith(file))).toBe(true);
    const skipped = outcomes.filter(({ state }) => state === "skip");
    console.log(`${outcomes.length - skipped.length} tests of ${files.length} files ran in Chromium`);
    expect(skipped.length).toBeLessThan(outcomes.length / 20);
  });

  it("and the others are named with a reason", () => {
    expect(Object.keys(ONLY_IN_NODE).filter((name) => !readdirSync(TESTS).includes(name))).toEqual([]);
  });
});
