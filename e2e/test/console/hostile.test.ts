import { setTimeout as sleep } from "node:timers/promises";
import { HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, TestBrowser } from "../../support/browser.js";
import { ALL_LOOKS, ConsoleTab } from "../../support/console.js";
import { call, execute, must } from "../../support/http.js";
import { FULL } from "../../support/limits.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

/** Markup that would load, or run, or leave the element that it is in. */
const MARKUP = `"'></td></textarea><img src=x onerror=alert(1)><script>alert(2)</script>`;
const TABLE = `t ${MARKUP}`;
const COLUMN = `c ${MARKUP}`;
const NAME = `"${TABLE.replaceAll('"', '""')}"`;
const COLUMN_NAME = `"${COLUMN.replaceAll('"', '""')}"`;
const LONG = `long ${"x".repeat(300_000)}`;
const HREF = "javascript:alert(3)";

describe.skipIf(!hasChromium())("the console against hostile data and endless statements", () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  beforeAll(async () => {
    server = await ServerProcess.start({ env: { HELIOSDB_WEBHOOK_ALLOW: "127.0.0.1" } });
    browser = await TestBrowser.start();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  it("shows names, cells and messages as text, on every page", async () => {
    await execute(
      server,
      "main",
      `CREATE TABLE ${NAME} (id INTEGER PRIMARY KEY, ${COLUMN_NAME} TEXT, data BLOB, note JSON, big INTEGER)`,
    );
    const values = [MARKUP, LONG, null, HREF, "\u202egnp.exe\u0000\u0007\n\ttab"];
    for (const value of values)
      await execute(server, "main", `INSERT INTO ${NAME} (${COLUMN_NAME}) VALUES (?)`, [value]);
    await execute(
      server,
      "main",
      `UPDATE ${NAME} SET data = x'3c696d673e00ff', big = 9223372036854775807 WHERE id = 1`,
    );
    await execute(server, "main", `UPDATE ${NAME} SET note = ? WHERE id = 2`, [
      JSON.stringify({ __proto__: MARKUP, a: MARKUP }),
    ]);
    const both = { source_branch: "main", name: "side", display_name: MARKUP };
    await must(server, "POST", "/v1/branches", both);
    const client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
    const change = (branch: string, text: string) =>
      client.transaction(
        (transaction) =>
          transaction.execute(`UPDATE ${NAME} SET ${COLUMN_NAME} = ? WHERE id = 1`, { params: [text + MARKUP] }),
        { branch, message: `m ${MARKUP}` },
      );
    await change("side", "side");
    // Far enough from the one before to be a dot of its own in the graph.
    await sleep(200);
    await change("main", "main");
    const user_id = `u ${MARKUP}`;
    await must(server, "POST", "/v1/auth/users", { id: user_id, name: MARKUP, role: "admin" });
    const { key } = await must(server, "POST", "/v1/auth/keys", { name: MARKUP, user_id, scopes: ["admin"] });
    await must(server, "POST", "/v1/auth/keys", { name: "x".repeat(200), user_id, scopes: ["read"], tables: [TABLE] });
    await must(server, "POST", "/v1/webhooks", { url: "http://127.0.0.1:9/", description: MARKUP });
    await must(server, "POST", "/v1/tenants", { name: MARKUP });
    await call(server, "DELETE", `/v1/branches/${encodeURIComponent(MARKUP)}`);

    const tab = await ConsoleTab.open(browser, server.url);
    const { page } = tab;
    /** It is there, and nothing of it became an element. */
    const expectText = async (text: string) => {
      await page.getByText(text).filter({ visible: true }).first().waitFor();
      expect(await page.locator(`img[src="x"], script:not([src]), a[href^="javascript:"]`).count()).toBe(0);
    };

    await tab.goto("/branches?view=list&branch=side");
    await tab.signIn(key);
    await expectText(MARKUP);
    await page.getByRole("complementary", { name: "Branch side" }).getByText(MARKUP).waitFor();
    await page.locator(".identity").getByText(MARKUP).waitFor();

    await tab.goto("/branches");
    await page.getByRole("application").focus();
    await page.keyboard.press("ArrowLeft");
    await expectText(`m ${MARKUP}`);

    await tab.goto("/branch/main/data");
    await tab.cell(`main${MARKUP}`).waitFor();
    await expectText(COLUMN);
    await page.getByRole("gridcell", { name: /^long xxx/ }).waitFor();
    await page.getByRole("gridcell", { name: /^javascript:/ }).waitFor();
    await tab.cell(`main${MARKUP}`).click();
    await tab.button("Row history").click();
    await page
      .getByRole("dialog")
      .getByText(`side${MARKUP}`)
      .or(page.getByRole("dialog").getByText(MARKUP))
      .first()
      .waitFor();
    await expectText(MARKUP);
    await page.keyboard.press("Escape");
    await tab.button("Columns").click();
    await page.getByRole("checkbox", { name: COLUMN }).waitFor();
    await expectText(COLUMN);
    await page.keyboard.press("Escape");
    await tab.button("Cell").click();
    await page.getByRole("dialog").getByRole("textbox").waitFor();
    expect(await page.getByRole("dialog").getByRole("textbox").inputValue()).toBe(`main${MARKUP}`);
    await page.keyboard.press("Escape");

    await tab.goto("/branch/main/sql");
    await page.getByText("Ask something").waitFor();
    await page.keyboard.insertText(`SELECT *, '${MARKUP.replaceAll("'", "''")}' AS said FROM ${NAME}`);
    await tab.button("Run").click();
    await tab.cell(MARKUP).first().waitFor();
    await expectText(MARKUP);
    await tab.button("Chart").click();
    await page.getByRole("combobox", { name: "Along" }).selectOption("said");
    await page.locator(".chart-point, .chart-bar, .chart-path").first().waitFor();
    await page.locator(".chart-place").hover();
    await page.locator(".chart-tip").getByText(MARKUP).waitFor();
    await expectText(MARKUP);
    await tab.button("Grid").click();
    await tab.button("Save").click();
    await page.getByLabel("Name", { exact: true }).fill(MARKUP);
    await page.getByRole("dialog").getByRole("button", { name: "Save query" }).click();
    await tab.button("Queries").click();
    await page.getByRole("dialog").getByText(MARKUP).first().waitFor();
    await expectText(MARKUP);
    await page.keyboard.press("Escape");
    await page.locator(".editor .cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(`SELECT * FROM "no ${MARKUP.replaceAll('"', '""')}"`);
    await tab.button("Run").click();
    await page.getByRole("alert").waitFor();
    await expectText("onerror=alert(1)");

    await tab.goto("/branch/main/history?commit=1");
    await page.getByText(`m ${MARKUP}`).first().click();
    await page.getByRole("heading", { name: `m ${MARKUP}` }).waitFor();
    await expectText(`main${MARKUP}`);

    await tab.goto("/compare?from=main&to=side");
    await expectText(`side${MARKUP}`);

    await tab.goto("/merge?source=side&target=main");
    await page.getByText("1 conflict to decide").waitFor();
    await expectText(`side${MARKUP}`);
    await expectText(TABLE);

    await tab.goto("/import");
    await tab.drop(
      `${MARKUP.replaceAll("/", "")}.csv`,
      Buffer.from(`id,"${COLUMN.replaceAll('"', '""')}"\n1,"${MARKUP.replaceAll('"', '""')}"\n`),
    );
    await expectText(MARKUP);

    const endless = call(server, "POST", "/v1/branches/main/query", {
      sql: `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*), '${MARKUP.replaceAll("'", "''")}' FROM n`,
      timeout_ms: 60_000,
    });
    await tab.goto("/server");
    await page.getByRole("region", { name: "Running now" }).getByText("onerror=alert(1)").waitFor();
    await expectText("onerror=alert(1)");
    await tab.button("Cancel").click();
    await endless;

    await tab.goto("/keys");
    await tab.button(MARKUP).click();
    await page.getByRole("complementary").getByText(user_id).waitFor();
    await expectText(MARKUP);
    await tab.button("xxxxx").click();
    await page.getByRole("complementary").getByText(TABLE).waitFor();
    await tab.inspect("keys-hostile", FULL ? ALL_LOOKS : [ALL_LOOKS[3]!]);
    await tab.goto(`/users?user=${encodeURIComponent(user_id)}`);
    await page.getByRole("complementary", { name: `User ${MARKUP}` }).waitFor();
    await expectText(user_id);
    await tab.goto("/webhooks");
    await tab.button(MARKUP).click();
    await page.getByRole("heading", { name: MARKUP }).waitFor();
    await expectText(MARKUP);
    await tab.goto(`/audit?operation=deleteBranch`);
    await tab.button("deleteBranch").click();
    await page.getByRole("complementary").getByText(MARKUP).waitFor();
    await expectText(MARKUP);
    await tab.goto(
      `/audit?requestId=${encodeURIComponent(MARKUP)}&entry=${encodeURIComponent(MARKUP)}&from=${encodeURIComponent(MARKUP)}`,
    );
    await page.getByText("No entry fits").waitFor();
    await expectText(MARKUP);

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search pages, branches and tables" }).fill("onerror");
    await page.getByRole("option").first().waitFor();
    await expectText(TABLE);

    await tab.goto(
      `/branch/${encodeURIComponent(MARKUP)}/data?table=${encodeURIComponent(MARKUP)}&at=${encodeURIComponent(MARKUP)}`,
    );
    await page.getByRole("alert").first().waitFor();
    await expectText("onerror=alert(1)");
    await tab.button("Sign out").click();
    await tab.goto("/tenants");
    await tab.signIn();
    await tab.button(`Delete ${MARKUP}`).click();
    await page.getByLabel(`Type ${MARKUP} to confirm`).waitFor();
    await expectText(MARKUP);
    // A page asked for a branch that isn't there, and the one with SQL for a table.
    tab.expectNoFaults(/status of 4\d\d/);
    await page.close();
  });

  it("a write that somebody cancels is stopped, and says that it changed nothing", async () => {
    const tab = await ConsoleTab.open(browser, server.url);
    const { page } = tab;
    await tab.goto("/branch/main/sql");
    await tab.signIn();
    await page.getByText("Ask something").waitFor();
    await page.keyboard.insertText(
      "CREATE TABLE n (i INTEGER); WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) INSERT INTO n SELECT max(i) FROM c; DROP TABLE n",
    );
    await tab.button("Run 3 statements").click();
    const listed = () => must(server, "GET", "/v1/queries");
    await expect
      .poll(async () => (await listed()).queries.map(({ sql }: { sql: string }) => sql).join())
      .toContain("INSERT");
    await tab.button("Cancel").click();
    await page.getByText("It changed nothing.").waitFor();
    // What came behind it did not run.
    expect((await must(server, "GET", "/v1/branches/main/tables/n/data")).rows).toEqual([]);
  });
});
