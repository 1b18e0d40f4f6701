import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasChromium, TestBrowser } from "../support/browser.js";
import { execute } from "../support/http.js";
import { API_KEY, ServerProcess } from "../support/server.js";

/** Set it to a folder to look at the pages. */
const { SCREENSHOTS } = process.env;

async function shot(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

describe.skipIf(!hasChromium())("the documentation in a browser", () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  beforeEach(async () => {
    server = await ServerProcess.start();
    browser = await TestBrowser.start();
  });
  afterEach(async () => {
    await browser?.close();
    await server?.remove();
  });

  /** No page may load anything from elsewhere, or have anything go wrong. */
  function expectAtHome(): void {
    expect(browser.requests.length).toBeGreaterThanOrEqual(4);
    expect(browser.hosts()).toEqual(["127.0.0.1"]);
    expect(browser.complaints).toEqual([]);
  }

  it("Swagger UI opens, and with a key it runs a query", async () => {
    await execute(server, "main", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
    await execute(server, "main", "INSERT INTO users (name) VALUES ('Ada Lovelace')");
    const page = await browser.page();
    await page.goto(`${server.url}/v1/docs`);
    await page.getByRole("heading", { name: "HeliosDB" }).waitFor();
    await shot(page, "docs");

    await page.locator("button.authorize").first().click();
    const dialog = page.locator(".dialog-ux");
    await dialog.locator("form", { hasText: "X-API-Key" }).locator("input").fill(API_KEY);
    await dialog.locator("form", { hasText: "X-API-Key" }).getByRole("button", { name: "Apply credentials" }).click();
    await dialog.getByRole("button", { name: "Close" }).first().click();

    const query = page.locator("#operations-SQL-query");
    await query.locator(".opblock-summary-control").click();
    await query.locator(".parameters input").first().fill("main");
    await query.locator("textarea.body-param__text").fill('{"sql": "SELECT name FROM users"}');
    await query.getByRole("button", { name: "Execute" }).click();
    const live = query.locator(".live-responses-table .response").first();
    await live.waitFor();
    expect(await live.locator(".response-col_status").textContent()).toMatch(/^200/);
    expect(await live.locator(".response-col_description").textContent()).toContain("Ada Lovelace");
    await live.scrollIntoViewIfNeeded();
    await shot(page, "docs-query");
    expectAtHome();
  });

  it("ReDoc opens, shows every group of operations, and finds one", async () => {
    const page = await browser.page();
    await page.goto(`${server.url}/v1/redoc`);
    await page.getByRole("heading", { name: /^HeliosDB/ }).waitFor();
    for (const tag of ["Branches", "Snapshots", "SQL", "Backups", "Server"]) {
      await page.locator(".menu-content").getByText(tag, { exact: true }).first().waitFor();
    }
    await shot(page, "redoc");
    await page.getByPlaceholder("Search...").fill("readyz");
    await page
      .locator('[role="search"]')
      .getByText(/Check that the server is ready for requests/)
      .first()
      .waitFor();
    await shot(page, "redoc-search");
    expectAtHome();
  });
});
