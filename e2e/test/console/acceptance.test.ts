import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, TestBrowser } from "../../support/browser.js";
import { ALL_LOOKS, ConsoleTab, type Look } from "../../support/console.js";
import { execute } from "../../support/http.js";
import { FULL } from "../../support/limits.js";
import { sampleShop } from "../../support/sample-shop.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

/** A short run looks at each page once, in turn wide and light, or narrow and dark. */
const SOME: readonly (readonly Look[])[] = [[ALL_LOOKS[0]!], [ALL_LOOKS[3]!]];
let inspected = 0;
const looks = () => (FULL ? ALL_LOOKS : SOME[inspected++ % 2]!);
/** Of what opens on a page, and of its other states: only in a long run. */
const more = () => (FULL ? ALL_LOOKS : []);

describe.skipIf(!hasChromium())("the console, as a new user has it", () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  beforeAll(async () => {
    server = await ServerProcess.start();
    browser = await TestBrowser.start();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  it("imports a file, branches, edits, compares, resolves a conflict by cell, merges, goes back and restores", async () => {
    const tab = await ConsoleTab.open(browser, server.url);
    const { page } = tab;
    await page.goto(server.url);
    await tab.heading("HeliosDB").waitFor();
    await tab.inspect("sign-in", looks());
    await tab.signIn();
    await tab.heading("Branches").waitFor();

    await tab.go("Import");
    await tab.inspect("import", looks());
    await tab.drop("shop.db", sampleShop());
    await tab.inspect("import-database", more());
    await tab.button("Import as shop").click();
    await tab.heading("Data shop").waitFor();
    await tab.cell("Grace Hopper").waitFor();
    await tab.inspect("data", looks());

    await tab.go("Branches");
    await tab.button("List").click();
    await tab.button("shop").click();
    await tab.inspect("branches-list", more());
    await tab.button("Branch from here").click();
    await page.getByLabel("Name", { exact: true }).fill("fix");
    await tab.inspect("branch-new", more());
    await tab.button("Create branch").click();
    await page.getByRole("complementary", { name: "Branch fix" }).waitFor();

    await tab.go("Data");
    await tab.edit("Grace Hopper", "Grace B. Hopper");
    await tab.edit("Edsger Dijkstra", "Edsger W. Dijkstra");
    await tab.edit("c4@example.com", "liskov@example.com");
    await tab.button("3 changes").click();
    await tab.dismiss();
    await tab.inspect("data-staged", looks());
    await page.getByLabel("Message of the commit").fill("Names in full");
    await tab.button("Save").click();
    await page.getByText("3 changes saved to fix as one commit.").waitFor();

    await tab.goto("/branch/shop/data?table=customers");
    await tab.edit("Grace Hopper", "Adm. Grace Hopper");
    await tab.button("Save").click();
    await page.getByText("1 change saved to shop as one commit.").waitFor();

    await tab.goto("/branches?view=list&branch=fix");
    await page.getByRole("link", { name: "Compare" }).last().click();
    await tab.heading("Compare").waitFor();
    await page.getByText("Edsger W. Dijkstra").waitFor();
    expect(await page.locator("del", { hasText: "Edsger Dijkstra" }).count()).toBe(1);
    await tab.inspect("compare", looks());

    await page.getByRole("link", { name: "Merge into shop" }).click();
    await page.getByText("1 conflict to decide").waitFor();
    expect(await tab.button("Merge into shop").isDisabled()).toBe(true);
    await tab.inspect("merge", looks());
    await page.getByLabel("Another value for name").fill("Grace Brewster Hopper");
    await page.getByText("All conflicts are decided").waitFor();
    await page.getByLabel("Message").fill("Merge the names");
    await tab.button("Merge into shop").click();
    await tab.heading("Merge").waitFor();
    await page.getByRole("heading", { name: "Merged" }).waitFor();
    await page.getByRole("link", { name: /^See commit/ }).click();
    await page.getByRole("heading", { name: "Merge the names" }).waitFor();
    await page.getByText("Grace Brewster Hopper").waitFor();
    await tab.button("Name it").click();
    await page.getByLabel("Name", { exact: true }).fill("names-merged");
    await tab.button("Keep snapshot").click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await tab.dismiss();
    await tab.inspect("history", looks());

    await tab.go("Branches");
    await page.getByRole("application").waitFor();
    await page.locator(".graph-name", { hasText: "fix" }).waitFor();
    await tab.inspect("branches", looks());
    await page.getByRole("application").focus();
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("heading", { name: "Merge the names" }).waitFor();
    await tab.inspect("branches-commit", more());

    await tab.goto("/branch/shop/data?table=customers");
    await tab.cell("Grace Brewster Hopper").click();
    await tab.button("Row history").click();
    await page.getByRole("dialog").getByText("Adm. Grace Hopper").first().waitFor();
    await tab.inspect("data-row-history", more());
    await page.keyboard.press("Escape");
    await page.getByRole("grid").focus();
    await page.keyboard.press(" ");
    await page.getByRole("dialog").getByRole("textbox").waitFor();
    await tab.inspect("data-cell", more());
    await page.keyboard.press("Escape");
    const scrubber = page.getByRole("slider", { name: "Point in time" });
    await scrubber.focus();
    await page.keyboard.press("ArrowLeft");
    await tab.cell("Adm. Grace Hopper").waitFor();
    await page.keyboard.press("ArrowLeft");
    await tab.cell("Grace Hopper").waitFor();
    const box = (await scrubber.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.9, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
    await page.mouse.move(box.x + 1, box.y + 20);
    await page.mouse.up();
    await page.getByText("As of commit 1").waitFor();
    await scrubber.focus();
    await page.keyboard.press("End");
    await page.getByText("As of").waitFor({ state: "detached" });
    await tab.cell("Grace Brewster Hopper").waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByText("As of").waitFor();
    await tab.cell("Adm. Grace Hopper").waitFor();
    await tab.inspect("data-past", more());
    await tab.button("Restore this…").click();
    await page.getByRole("region", { name: "What will change" }).getByText("customers").waitFor();
    await tab.inspect("restore", more());
    await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
    await page.getByText(/^shop is as it was at commit/).waitFor();
    await tab.cell("Adm. Grace Hopper").waitFor();
    expect(await page.getByText("The past is read-only.").count()).toBe(0);
    // What others change is seen at once.
    await execute(server, "shop", "UPDATE customers SET city = 'Paris' WHERE id = 1");
    await tab.cell("Paris").waitFor();

    await tab.button("Columns").click();
    await page.getByRole("checkbox", { name: "email" }).uncheck();
    await tab.button("Move city to the left").click();
    await tab.inspect("data-columns", more());
    await tab.button("Done").click();
    await expect
      .poll(() =>
        page
          .getByRole("columnheader")
          .allInnerTexts()
          .then((all) => all.join(" ")),
      )
      .toMatch(/id.*city.*name.*vip.*notes/s);
    await page.getByRole("columnheader", { name: "vip" }).dragTo(page.getByRole("columnheader", { name: "id" }));
    await expect
      .poll(() => new URL(page.url()).searchParams.get("columns"))
      .toBe(JSON.stringify(["vip", "id", "city", "name", "notes"]));
    await page.reload();
    await tab.button("Columns (1 hidden)").waitFor();

    await tab.goto("/compare?from=shop&to=shop");
    await page.getByLabel("As it is").first().selectOption("At a snapshot");
    const kept = page.getByRole("option", { name: /^names-merged, commit/ });
    await page.getByLabel("Snapshot").selectOption((await kept.textContent())!);
    await page.getByText("Paris").waitFor();
    await tab.inspect("compare-snapshot", more());

    await tab.go("SQL");
    await page.keyboard.type("SELECT city, count(*) AS people FROM customers WHERE id > $1 GROUP BY city");
    await page.getByLabel("$1").fill("100");
    await tab.button("Run").click();
    await tab.cell("Lisbon").waitFor();
    await tab.dismiss();
    await tab.inspect("sql", looks());
    await tab.button("Chart").click();
    await page.getByRole("img", { name: "people along city" }).waitFor();
    await page.getByRole("img", { name: "people along city" }).hover();
    await tab.inspect("sql-chart", more());
    await tab.button("Points").click();
    expect(await page.locator(".chart-point").count()).toBe(3);
    await tab.button("Save").click();
    await page.getByLabel("Name", { exact: true }).fill("People by city");
    await page.getByRole("dialog").getByRole("button", { name: "Save query" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await tab.button("Plan").click();
    await page.getByRole("region", { name: "Plan" }).getByText("customers").waitFor();

    await page.locator(".editor .cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    );
    await tab.button("Run").click();
    await expect.poll(() => inHand(server)).toBe(1);
    await tab.button("Cancel").click();
    await page.getByText("Cancelled after").waitFor();
    await tab.button("Queries").click();
    await tab.button("What was run").click();
    await page.getByRole("button", { name: /WITH RECURSIVE.*cancelled/ }).waitFor();
    await tab.inspect("sql-queries", more());
    await tab.button("Saved").click();
    await tab.button(/^People by city/).click();
    await page.locator(".editor .cm-content").getByText("GROUP BY city").waitFor();
    await expect.poll(() => inHand(server)).toBe(0);

    await tab.go("Import");
    await tab.drop("towns.csv", Buffer.from("name,people\nOslo,717710\nLisbon,\n"));
    await page.getByText("2 rows").waitFor();
    await tab.inspect("import-rows", more());
    await tab.button(/^Import/).click();
    await tab.cell("717710").waitFor();

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search pages, branches and tables" }).fill("prod");
    await tab.inspect("palette", more());
    await page.keyboard.press("Enter");
    await tab.cell("SKU-1").waitFor();
    await tab.button("Sign out").click();
    await page.getByLabel("API key or token").waitFor();
    tab.expectNoFaults();
    await page.close();
  });

  it("signs in, edits a row, saves it and reads the past by the keyboard alone", async () => {
    const tab = await ConsoleTab.open(browser, server.url);
    const { keyboard } = tab.page;
    await tab.goto("/branch/shop/data?table=products");
    await tab.page.getByLabel("API key or token").waitFor();
    await keyboard.type(API_KEY);
    await keyboard.press("Enter");
    await tab.cell("Product 1").waitFor();
    await tab.tabTo("Rows of products");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "Enter"]) await keyboard.press(key);
    await keyboard.type("Second product");
    await keyboard.press("Enter");
    await tab.cell("Second product").waitFor();
    await tab.tabTo("Save");
    await keyboard.press("Enter");
    await tab.page.getByText("1 change saved to shop as one commit.").waitFor();
    await tab.tabTo("Point in time");
    await keyboard.press("ArrowLeft");
    await tab.cell("Product 2").waitFor();
    await keyboard.press("Control+k");
    await keyboard.type("merge shop");
    await keyboard.press("Enter");
    await tab.heading("Merge").waitFor();
    const search = tab.page.getByRole("combobox", { name: "Search pages, branches and tables" });
    await search.waitFor({ state: "detached" });
    await keyboard.press("Control+k");
    await search.waitFor();
    await keyboard.type("keys");
    await tab.page.getByRole("option", { name: "Keys", selected: true }).waitFor();
    await keyboard.press("Enter");
    await tab.heading("Keys").waitFor();
    await tab.page.getByText("No keys yet").waitFor();
    await tab.tabTo("New key");
    await keyboard.press("Enter");
    await tab.page.getByRole("dialog").waitFor();
    await keyboard.type("By keyboard");
    await keyboard.press("Enter");
    await tab.page.getByLabel("Key", { exact: true }).waitFor();
    await tab.tabTo("Copy key");
    await keyboard.press("Enter");
    await tab.tabTo("Done");
    await keyboard.press("Enter");
    await tab.button("By keyboard").waitFor();
    tab.expectNoFaults();
  });
});

/** Requests that the engine's processes work on. */
async function inHand({ url }: ServerProcess): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { "x-api-key": API_KEY } });
  const lines = (await response.text()).matchAll(/^heliosdb_engine_in_hand\S* (\d+)$/gm);
  return [...lines].reduce((sum, line) => sum + Number(line[1]), 0);
}
