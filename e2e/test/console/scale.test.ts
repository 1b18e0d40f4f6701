import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasChromium, TestBrowser } from "../../support/browser.js";
import { ConsoleTab } from "../../support/console.js";
import { heapBytes, scrollFrames } from "../../support/frames.js";
import { execute, must } from "../../support/http.js";
import { FULL } from "../../support/limits.js";
import { ServerProcess } from "../../support/server.js";

const ROWS = 1_000_000;
const BRANCHES = 1_000;
const COMMITS = 100_000;
const MINUTES = 10;
/** Requests at once while it is made. */
const WORKERS = 16;

describe.runIf(FULL && hasChromium())("the console with much data", { timeout: 1_800_000 }, () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  let tab: ConsoleTab;
  beforeEach(async () => {
    server = await ServerProcess.start();
    browser = await TestBrowser.start();
    tab = await ConsoleTab.open(browser, server.url);
  });
  afterEach(async () => {
    await browser?.close();
    await server?.remove();
  });

  it(`scrolls ${ROWS} rows`, async () => {
    await makeRows(server);
    const { page } = tab;
    await tab.goto("/branch/main/data");
    await tab.signIn();
    await tab.cell("name 1").waitFor();
    await page.getByText("1,000,000 rows").waitFor();
    for (const pixels of [10, 40, 120]) {
      const { shown, dropped, longestMs } = await scrollFrames(page, ".grid", pixels, 10_000);
      console.log(`scrolling ${pixels} px a frame: ${shown} frames, ${dropped} dropped, the longest ${longestMs} ms`);
    }
    expect(await page.getByRole("gridcell", { name: /^name / }).count()).toBeLessThan(100);
    expect(
      await page.locator(".grid").evaluate((grid: { readonly scrollTop: number }) => grid.scrollTop),
    ).toBeGreaterThan(10_000);
    tab.expectNoFaults();
  });

  it(`draws ${BRANCHES} branches with ${COMMITS} commits`, async () => {
    await makeCommits(server);
    const { page } = tab;
    await tab.goto("/branches");
    await tab.signIn();
    await page.locator(".graph-svg .dot").first().waitFor();
    for (let round = 1; round <= 3; round++) {
      await page.reload();
      await page.locator(".graph-svg .dot").first().waitFor();
      const [asked, answered, drawn] = await drawTimes(page);
      console.log(`graph: asked for at ${asked} ms, there at ${answered} ms, drawn at ${drawn} ms`);
    }
    const frames = await scrollFrames(page, ".graph-scroll", 12, 5_000);
    console.log(
      `scrolling the graph: ${frames.shown} frames, ${frames.dropped} dropped, the longest ${frames.longestMs} ms`,
    );
    expect(await page.locator(".graph-name").count()).toBeGreaterThan(5);
    await tab.button("List").click();
    await tab.button("b-500").waitFor();
    tab.expectNoFaults();
  });

  it(`holds no more memory after ${MINUTES} minutes`, async () => {
    await makeRows(server, 20_000);
    await must(server, "POST", "/v1/branches", { source_branch: "main", name: "side" });
    await execute(server, "side", "UPDATE items SET name = 'other' WHERE id < 50");
    const { page } = tab;
    await tab.goto("/branches");
    await tab.signIn();
    const sizes: number[] = [];
    for (let minute = 0; minute < MINUTES; minute++) {
      for (const until = Date.now() + 60_000; Date.now() < until; ) await useOnce(tab);
      await tab.go("Branches");
      sizes.push(await heapBytes(page));
      console.log(`after ${minute + 1} minutes: ${(sizes.at(-1)! / 1e6).toFixed(1)} MB`);
    }
    expect(sizes.at(-1)!).toBeLessThan(sizes[1]! * 1.25);
    tab.expectNoFaults();
  });
});

/** What somebody does in some seconds, without loading the page anew. */
async function useOnce(tab: ConsoleTab): Promise<void> {
  const { page } = tab;
  await tab.go("Data");
  await page.getByRole("gridcell").first().waitFor();
  await scrollFrames(page, ".grid", 60, 1_500);
  const scrubber = page.getByRole("slider", { name: "Point in time" });
  await scrubber.focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByText("As of").waitFor();
  await page.keyboard.press("End");
  await tab.go("History");
  await page.getByRole("listitem").first().waitFor();
  await tab.go("SQL");
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("SELECT * FROM items LIMIT 500");
  await tab.button("Run").click();
  await page.getByRole("gridcell").first().waitFor();
  await tab.go("Server");
  await page.getByRole("img", { name: "Requests a second" }).waitFor();
  await tab.go("Compare");
  await page.getByLabel("From").waitFor();
  await tab.go("Branches");
  await page.locator(".graph-svg .dot").first().waitFor();
}

async function makeRows(server: ServerProcess, rows = ROWS): Promise<void> {
  await execute(
    server,
    "main",
    "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL, made DATETIME, notes TEXT)",
  );
  const step = 100_000;
  for (let from = 1; from <= rows; from += step) {
    await must(server, "POST", "/v1/branches/main/execute", {
      sql: `WITH RECURSIVE n (i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO items SELECT i, 'name ' || i, i * 0.5, '2026-01-01T00:00:00Z', 'some words about ' || i FROM n`,
      params: [from, Math.min(rows, from + step - 1)],
      timeout_ms: 60_000,
    });
  }
}

/** Every tenth branch is merged. */
async function makeCommits(server: ServerProcess): Promise<void> {
  await execute(server, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)");
  let next = 1;
  const work = async () => {
    while (next < BRANCHES) {
      const name = `b-${next++}`;
      await must(server, "POST", "/v1/branches", { source_branch: "main", name });
      for (let commit = 0; commit < COMMITS / BRANCHES; commit++) {
        await execute(server, name, "INSERT INTO t (n) VALUES (?)", [commit]);
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
}

/** Milliseconds from the page's beginning to the graph's request, its answer, and the first frame with it. */
async function drawTimes(page: Page): Promise<readonly number[]> {
  return (await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => {
    const [graph] = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/v1/graph"));
    resolve([graph.startTime, graph.responseEnd, performance.now()].map(Math.round));
  }))`)) as readonly number[];
}
