import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, TestBrowser } from "../../support/browser.js";
import { ALL_LOOKS, ConsoleTab, type Look } from "../../support/console.js";
import { execute, must } from "../../support/http.js";
import { FULL } from "../../support/limits.js";
import { Receiver } from "../../support/receiver.js";
import { ServerProcess } from "../../support/server.js";

/** A short run looks at each page once, in turn wide and light, or narrow and dark. */
const SOME: readonly (readonly Look[])[] = [[ALL_LOOKS[0]!], [ALL_LOOKS[3]!]];
let inspected = 0;
const looks = () => (FULL ? ALL_LOOKS : SOME[inspected++ % 2]!);
/** Of what opens on a page, and of its other states: only in a long run. */
const more = () => (FULL ? ALL_LOOKS : []);

describe.skipIf(!hasChromium())("the console, as an administrator has it", () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  let receiver: Receiver;
  let tab: ConsoleTab;
  let isTaking = true;
  beforeAll(async () => {
    receiver = await Receiver.start(() => isTaking);
    server = await ServerProcess.start({ env: { HELIOSDB_WEBHOOK_ALLOW: "127.0.0.1" } });
    await execute(server, "main", "CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)");
    await must(server, "POST", "/v1/branches", { source_branch: "main", name: "feature-a" });
    browser = await TestBrowser.start();
    tab = await ConsoleTab.open(browser, server.url);
    await tab.goto("/keys");
    await tab.signIn();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
    await receiver?.stop();
  });

  const dialogButton = (name: string | RegExp) => tab.page.getByRole("dialog").getByRole("button", { name });
  const item = async (name: string) => {
    await tab.button("More").click();
    await tab.page.getByRole("menuitem", { name }).click();
  };
  const statusWith = async (key: string) =>
    (await fetch(`${server.url}/v1/auth/me`, { headers: { "x-api-key": key } })).status;

  it("makes a key with limits, shows it once, rotates it and revokes it", async () => {
    const { page } = tab;
    await page.getByText("No keys yet").waitFor();
    await tab.inspect("keys-empty", more());
    await tab.button("New key").first().click();
    await page.getByLabel("Name", { exact: true }).fill("Nightly report");
    await page.getByLabel("Only these branches").fill("feature-*");
    await page.getByText("1 branch today: feature-a").waitFor();
    await page.getByLabel("Only these tables").fill("orders");
    await tab.inspect("keys-new", more());
    await dialogButton("Create key").click();
    const secret = await page.getByLabel("Key", { exact: true }).inputValue();
    expect(await statusWith(secret)).toBe(200);
    // A slip doesn't lose it.
    await page.keyboard.press("Escape");
    await page.getByText("Copy it first").waitFor();
    await tab.inspect("keys-made", more());
    await dialogButton("Close without copying").click();
    expect(await page.getByText(secret).count()).toBe(0);

    await tab.button("Nightly report").click();
    const panel = page.getByRole("complementary", { name: "Key Nightly report" });
    await panel.getByText("feature-*").waitFor();
    await tab.inspect("keys", looks());

    await tab.button("Rotate…").click();
    await dialogButton("Rotate key").click();
    const next = await page.getByLabel("Key", { exact: true }).inputValue();
    await dialogButton(/^Copy /).click();
    await dialogButton("Done").click();
    expect([await statusWith(secret), await statusWith(next)]).toEqual([401, 200]);

    await item("Rename…");
    await page.getByLabel("Name", { exact: true }).fill("Report");
    await dialogButton("Rename").click();
    await page.getByRole("complementary", { name: "Key Report" }).waitFor();

    await item("Revoke…");
    await dialogButton("Revoke key").click();
    await page.getByText("Report is revoked.").waitFor();
    expect(await statusWith(next)).toBe(401);
    await page.getByText("Show 1 ended key").click();
    await tab.button("Report").waitFor();
  });

  it("gives a user a role, and takes everything of theirs back", async () => {
    const { page } = tab;
    await tab.goto("/users");
    await page.getByText("No users yet").waitFor();
    await tab.button("New user").first().click();
    await page.getByLabel("Id").fill("alice@example.com");
    await page.getByLabel("Name").fill("Alice");
    await page.getByLabel("Role").selectOption("viewer");
    await tab.inspect("users-new", more());
    await dialogButton("Create user").click();
    await page.getByRole("complementary", { name: "User Alice" }).waitFor();
    await tab.button("New key").click();
    await page.getByLabel("Name", { exact: true }).fill("Laptop");
    await page.getByLabel("write: rows").check();
    await dialogButton("Create key").click();
    const secret = await page.getByLabel("Key", { exact: true }).inputValue();
    await dialogButton(/^Copy /).click();
    await dialogButton("Done").click();
    const write = () =>
      fetch(`${server.url}/v1/branches/main/execute`, {
        method: "POST",
        headers: { "x-api-key": secret, "content-type": "application/json" },
        body: JSON.stringify({ sql: "INSERT INTO orders (note) VALUES ('one')" }),
      }).then(({ status }) => status);
    // The scopes of the key would do, but not the role of its user.
    expect(await write()).toBe(403);
    await item("Name, e-mail, role…");
    await page.getByLabel("Role").selectOption("editor");
    await dialogButton("Save user").click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await write()).toBe(200);
    await tab.dismiss();
    await tab.inspect("users", more());
    await item("Disable…");
    await dialogButton("Disable user").click();
    await page.getByText("Alice is disabled.").waitFor();
    expect(await write()).toBe(401);
    await item("Delete…");
    await page.getByRole("dialog").getByText("Laptop").waitFor();
    await dialogButton("Delete user").click();
    await page.getByText("No users yet").waitFor();
  });

  it("sends events to a webhook, shows its deliveries, and sends them again", async () => {
    const { page } = tab;
    await tab.goto("/webhooks");
    await page.getByText("No webhooks yet").waitFor();
    await tab.button("New webhook").first().click();
    await page.getByLabel("URL").fill("http://10.0.0.1/");
    await dialogButton("Create webhook").click();
    await page.getByRole("dialog").getByText("WEBHOOK_TARGET_REFUSED").waitFor();
    await tab.inspect("webhooks-new", more());
    await page.getByLabel("URL").fill(`${receiver.url}/hook`);
    await page.getByLabel("Description").fill("Search index");
    await dialogButton("Create webhook").click();
    expect(await page.getByLabel("Secret", { exact: true }).inputValue()).toMatch(/^whsec_/);
    await dialogButton(/^Copy /).click();
    await dialogButton("Done").click();

    await tab.button("Send a test").click();
    await page.getByText("The test was accepted with 204.").waitFor();
    isTaking = false;
    await execute(server, "main", "INSERT INTO orders (note) VALUES ('two')");
    await expect.poll(() => receiver.calls.length).toBeGreaterThan(1);
    await page.getByRole("cell", { name: /waiting/ }).waitFor();
    await tab.dismiss();
    await tab.inspect("webhooks", looks());
    isTaking = true;
    await tab.button("branch.data_changed").click();
    await page.getByRole("dialog").getByText("503").first().waitFor();
    await tab.inspect("webhooks-delivery", more());
    await dialogButton("Send again").click();
    await page.getByText("Sent again, and accepted with 204.").waitFor();
    await item("Send events again…");
    await page.getByLabel("From commit number").fill("1");
    await dialogButton("Send again").click();
    await page.getByText("Events from commit 1 on").waitFor();
    await item("Disable…");
    await dialogButton("Disable webhook").click();
    await tab.button("Enable").click();
    await page.getByText("goes on where it stopped").waitFor();
    await tab.button("Edit…").click();
    await page.getByLabel("Description").fill("");
    await dialogButton("Save webhook").click();
    await item("Delete…");
    await dialogButton("Delete webhook").click();
    await page.getByText("No webhooks yet").waitFor();
  });

  it("finds in the audit log who was refused what, and exports it", async () => {
    const { page } = tab;
    await tab.goto("/audit");
    await tab.button("deleteWebhook").waitFor();
    await tab.inspect("audit", more());
    await page.getByLabel("Outcome").selectOption("refused");
    await tab.button("createWebhook").click();
    const panel = page.getByRole("complementary", { name: /^Entry/ });
    await panel.getByText("WEBHOOK_TARGET_REFUSED").waitFor();
    await tab.inspect("audit-entry", more());
    await panel.getByRole("button", { name: "Only this operation" }).click();
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    await tab.button("Last hour").click();
    await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
    await page.getByLabel("Operation").fill("nothing");
    await page.getByText("No entry fits").waitFor();
    await page.getByLabel("Operation").fill("createWebhook");
    await tab.button("createWebhook").waitFor();
    await tab.button("Export").click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "NDJSON" }).click();
    const stream = await (await download).createReadStream();
    const lines = (await text(stream)).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).code)).toEqual(["WEBHOOK_TARGET_REFUSED"]);
  });

  it("makes a tenant, a key for it, and removes both", async () => {
    const { page } = tab;
    await tab.goto("/tenants");
    await tab.button("New tenant").click();
    await page.getByLabel("Name").fill("acme");
    await dialogButton("Create tenant").click();
    await tab.button("New key for acme").click();
    await page.getByLabel("Name", { exact: true }).fill("Acme's own");
    await page.getByLabel("admin: everything").check();
    await dialogButton("Create key").click();
    const secret = await page.getByLabel("Key", { exact: true }).inputValue();
    await dialogButton(/^Copy /).click();
    await dialogButton("Done").click();
    const me = await fetch(`${server.url}/v1/auth/me`, { headers: { "x-api-key": secret } });
    expect(await me.json()).toMatchObject({ tenant_id: "acme", scopes: ["admin"] });
    await tab.dismiss();
    await tab.inspect("tenants", more());
    await tab.button("Delete acme").click();
    expect(await dialogButton("Delete tenant").isDisabled()).toBe(true);
    await page.getByLabel("Type acme to confirm").fill("acme");
    await dialogButton("Delete tenant").click();
    await page.getByText("acme is deleted.").waitFor();
    expect(await statusWith(secret)).toBe(401);
  });

  it("shows how the server is, what it holds, stops a query and makes a backup", async () => {
    const { page } = tab;
    await tab.goto("/server");
    await page.getByText("ready", { exact: true }).waitFor();
    await page.getByRole("img", { name: "Requests a second" }).waitFor();
    // For a chart that shows something.
    for (let left = FULL ? 60 : 0; left > 0; left--) {
      await execute(server, "main", "INSERT INTO orders (note) VALUES ('many')");
      await sleep(left * 4);
    }
    const sizes = page.getByRole("region", { name: "Sizes by branch" });
    await sizes.getByText("history").first().waitFor();
    const endless = fetch(`${server.url}/v1/branches/main/query`, {
      method: "POST",
      headers: { "x-api-key": "sk_test_abc123", "content-type": "application/json" },
      body: JSON.stringify({
        sql: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        timeout_ms: 60_000,
      }),
    });
    await page.getByText("WITH RECURSIVE").waitFor();
    await tab.inspect("server", looks());
    await tab.button("Cancel").click();
    expect((await endless).status).not.toBe(200);
    await page.getByText("It was stopped").waitFor();

    const retention = page.getByRole("region", { name: "Retention" });
    await retention.getByText("30 days").waitFor();
    await retention.getByRole("button", { name: "Change…" }).click();
    const kept = page.getByLabel("Days in which a deleted branch");
    const before = await kept.inputValue();
    await kept.fill("0");
    await page.getByText("Branches that were deleted longer ago").waitFor();
    await kept.fill(before);
    await page.getByText("Branches that were deleted longer ago").waitFor({ state: "hidden" });
    await page.getByLabel("Days of history").fill("0");
    await page.getByText("can't be brought back").waitFor();
    await dialogButton("Save retention").click();
    await retention.getByRole("link", { name: "feature-a" }).waitFor();
    await tab.button("Make a backup").click();
    await page.getByLabel("Name").fill("before-upgrade");
    await dialogButton("Make backup").click();
    await page.getByRole("cell", { name: /^before-upgrade/ }).waitFor();
    await tab.dismiss();
    await tab.inspect("server-backup", more());
    // The refused webhook.
    tab.expectNoFaults(/status of 422/);
  });
});

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}
