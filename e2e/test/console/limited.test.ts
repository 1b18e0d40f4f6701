import type { Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, TestBrowser } from "../../support/browser.js";
import { ConsoleTab } from "../../support/console.js";
import { execute, must } from "../../support/http.js";
import { ServerProcess } from "../../support/server.js";

/** Names and values of what the keys must not see. */
const HIDDEN = ["hidden", "salaries", "topsecret"];

describe.skipIf(!hasChromium())("the console with a limited key", () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  let tab: ConsoleTab;
  const answers: Promise<string>[] = [];
  beforeAll(async () => {
    server = await ServerProcess.start();
    await execute(server, "main", "CREATE TABLE parts (id INTEGER PRIMARY KEY, name TEXT)");
    await execute(server, "main", "INSERT INTO parts VALUES (1, 'bolt')");
    await must(server, "POST", "/v1/branches", { source_branch: "main", name: "hidden" });
    await execute(server, "hidden", "CREATE TABLE salaries (id INTEGER PRIMARY KEY, topsecret TEXT)");
    await execute(server, "hidden", "INSERT INTO salaries VALUES (1, 'topsecret')");
    browser = await TestBrowser.start();
    tab = await ConsoleTab.open(browser, server.url);
    tab.page.on("response", (response) => answers.push(textOf(response)));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  const newKey = async (limits: object) =>
    (await must(server, "POST", "/v1/auth/keys", { name: "limited", scopes: ["read"], ...limits })).key as string;
  const links = () => tab.page.getByRole("navigation", { name: "Main" }).getByRole("link").allTextContents();
  /** Neither on the page nor in anything that was sent to it. */
  const expectHidden = async () => {
    const shown = (await tab.page.locator("body").textContent()) ?? "";
    for (const text of [shown, ...(await Promise.all(answers))]) {
      expect(HIDDEN.filter((word) => text.includes(word))).toEqual([]);
    }
  };

  it("shows the branches of the key, and offers only what it may do", async () => {
    const { page } = tab;
    await tab.goto("/branches?view=list");
    await tab.signIn(await newKey({ branches: ["main"] }));
    await tab.button("main").waitFor();
    expect(await links()).toEqual(["Branches", "Data", "SQL", "History", "Compare"]);
    expect(await tab.button(/New branch|Deleted/).count()).toBe(0);
    await expectHidden();

    await tab.goto("/branches");
    await page.getByRole("application").waitFor();
    await tab.go("Data");
    await tab.cell("bolt").click();
    await tab.button("Row history").waitFor();
    expect(await tab.button(/Add row|Delete row/).count()).toBe(0);
    await tab.go("History");
    await page.getByRole("listitem").first().waitFor();
    await tab.go("Compare");
    await page.getByLabel("From").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
    await expectHidden();

    await tab.goto("/branch/main/sql");
    await page.getByText("Ask something").waitFor();
    await page.keyboard.insertText("DELETE FROM parts");
    await tab.button("Run").click();
    await page.getByRole("alert").getByText("FORBIDDEN").waitFor();
    await expectHidden();
  });

  it("keeps what is for administrators, and asks the server nothing about it", async () => {
    const before = browser.requests.length;
    for (const page of ["keys", "users", "tenants", "webhooks", "audit", "server"]) {
      await tab.goto(`/${page}`);
      await tab.page.getByText(page === "tenants" ? "For the server's own key" : "For administrators").waitFor();
    }
    await expectHidden();
    const asked = browser.requests.slice(before).map((url) => new URL(url).pathname);
    expect(
      asked.filter((path) => /auth\/(keys|users)|tenants$|webhooks$|audit$|metrics|backups|retention/.test(path)),
    ).toEqual([...["/console/tenants", "/console/webhooks", "/console/audit"]]);
  });

  it("answers for a branch that the key doesn't see as for one that isn't there", async () => {
    const { page } = tab;
    const said: string[] = [];
    for (const name of ["hidden", "nobody"]) {
      for (const view of ["data", "sql", "history"]) {
        answers.length = 0;
        await tab.goto(`/branch/${name}/${view}`);
        await tab.heading(new RegExp(name)).waitFor();
        if (view !== "sql") await page.getByRole("alert").first().waitFor();
        const alerts = view === "sql" ? [] : await page.getByRole("alert").allTextContents();
        said.push(alerts.map((text) => text.replaceAll(name, "").replaceAll(/req_\w+/g, "")).join("\n"));
      }
    }
    expect(said.slice(0, 3)).toEqual(said.slice(3));
    await tab.button("Sign out").click();
  });

  it("shows an administrator of a tenant nothing of the other tenants", async () => {
    const { page } = tab;
    await must(server, "POST", "/v1/tenants", { name: "acme" });
    await must(server, "POST", "/v1/auth/users", { id: "hidden", name: "hidden", role: "viewer" });
    answers.length = 0;
    await tab.goto("/keys");
    await tab.signIn(await newKey({ tenant_id: "acme", scopes: ["admin"] }));
    await tab.button("limited").waitFor();
    expect(await links()).toEqual([
      ...["Branches", "Data", "SQL", "History", "Compare", "Merge", "Import"],
      ...["Keys", "Users", "Webhooks", "Audit", "Server"],
    ]);
    await tab.go("Users");
    await page.getByText("No users yet").waitFor();
    await tab.go("Audit");
    await page.getByText("Nothing has changed yet").waitFor();
    await tab.go("Server");
    await page.getByRole("region", { name: "Sizes by branch" }).getByRole("link", { name: "main" }).waitFor();
    expect(await page.getByRole("region", { name: "Backups" }).count()).toBe(0);
    // What others ran in the same browser.
    await tab.go("SQL");
    await tab.button("Queries").click();
    await page.getByText("Nothing was run yet").waitFor();
    await page.keyboard.press("Escape");
    await tab.goto("/tenants");
    await page.getByText("For the server's own key").waitFor();
    await expectHidden();
    await tab.button("Sign out").click();
  });

  it("has no SQL for a key that is limited to tables, and shows only those", async () => {
    answers.length = 0;
    const before = browser.complaints.length;
    await execute(server, "main", "CREATE TABLE salaries (id INTEGER PRIMARY KEY, topsecret TEXT)");
    await tab.goto("/branch/main/data");
    await tab.signIn(await newKey({ branches: ["main"], tables: ["parts"] }));
    await tab.cell("bolt").waitFor();
    expect(await links()).toEqual(["Branches", "Data", "Compare"]);
    await tab.go("Compare");
    await tab.page.getByLabel("From").waitFor();
    await tab.go("Branches");
    await tab.button("main").click();
    await tab.page.getByRole("complementary", { name: "Branch main" }).waitFor();
    await expectHidden();
    // Only those before, which were asked for what isn't there.
    expect(browser.complaints.slice(before).filter((text) => text.includes("status of"))).toEqual([]);
    tab.expectNoFaults(/status of 40[34]/);
  });
});

async function textOf(response: Response): Promise<string> {
  // The console's own files have nothing of the data.
  if (new URL(response.url()).pathname.startsWith("/console") || response.url().includes("/v1/events")) return "";
  return response.text().catch(() => "");
}
