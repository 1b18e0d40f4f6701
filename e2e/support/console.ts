import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { TestBrowser } from "./browser.js";
import { API_KEY } from "./server.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Set it to a folder to look at the pages. */
const { SCREENSHOTS } = process.env;

export interface Look {
  readonly width: 1280 | 390;
  readonly scheme: "light" | "dark";
}

export const ALL_LOOKS: readonly Look[] = [
  { width: 1280, scheme: "light" },
  { width: 1280, scheme: "dark" },
  { width: 390, scheme: "light" },
  { width: 390, scheme: "dark" },
];

/** The console in a tab, used as a person uses it: by names, roles and keys. */
export class ConsoleTab {
  /** Of accessibility, in all that was looked at. */
  private readonly faults: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly browser: TestBrowser,
    private readonly url: string,
  ) {}

  static async open(browser: TestBrowser, url: string): Promise<ConsoleTab> {
    const page = await browser.page();
    page.setDefaultTimeout(15_000);
    await page.setViewportSize({ width: 1280, height: 800 });
    return new ConsoleTab(page, browser, url);
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(`${this.url}/console${path}`);
  }

  async signIn(key = API_KEY): Promise<void> {
    await this.page.getByLabel("API key or token").fill(key);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("heading", { level: 1 }).waitFor();
  }

  /** Of the navigation. */
  async go(name: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
    await this.heading(name).waitFor();
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, name });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  cell(text: string): Locator {
    return this.page.getByRole("gridcell", { name: text, exact: true });
  }

  /** Takes away what tells of things done before, as far as it is still there. */
  async dismiss(): Promise<void> {
    for (const each of await this.button("Dismiss").all()) await each.click({ timeout: 1_000 }).catch(() => {});
  }

  /** Presses Tab until what has this name has the focus. */
  async tabTo(name: string): Promise<void> {
    const focused = () =>
      this.page.evaluate(
        "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()",
      );
    for (let presses = 0; presses < 60; presses++) {
      if ((await focused()) === name) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`Expected that Tab leads to "${name}".`);
  }

  /** Types a value into a cell of the grid, which has another one. */
  async edit(before: string, after: string): Promise<void> {
    await this.cell(before).dblclick();
    await this.page.keyboard.type(after);
    await this.page.keyboard.press("Enter");
    await this.cell(after).waitFor();
  }

  /** A dropped file, as from a folder on the desk. */
  async drop(name: string, content: Buffer): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      `(() => { const bytes = Uint8Array.from(atob(${JSON.stringify(content.toString("base64"))}), (c) => c.charCodeAt(0));
        const transfer = new DataTransfer(); transfer.items.add(new File([bytes], ${JSON.stringify(name)})); return transfer; })()`,
    );
    await this.page.locator(".drop").dispatchEvent("drop", { dataTransfer: transfer });
  }

  /** Looks at the page as it is, in each of these ways, and remembers the faults of accessibility. */
  async inspect(name: string, looks: readonly Look[]): Promise<void> {
    for (const { width, scheme } of looks) {
      await this.page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
      await this.page.emulateMedia({ colorScheme: scheme });
      await this.page.evaluate(AXE);
      const violations = await this.page.evaluate(
        `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target }) => target.join(" ")).join(", ")))`,
      );
      const isTooWide = await this.page.evaluate("document.documentElement.scrollWidth > innerWidth");
      const found = [...(violations as string[]), ...(isTooWide ? ["wider than the window"] : [])];
      this.faults.push(...found.map((fault) => `${name}, ${width}, ${scheme}: ${fault}`));
      if (SCREENSHOTS) await this.page.screenshot({ path: join(SCREENSHOTS, `${name}-${scheme}-${width}.png`) });
    }
    await this.page.setViewportSize({ width: 1280, height: 800 });
    await this.page.emulateMedia({ colorScheme: "light" });
  }

  /**
   * No page had a fault, nothing was asked of anybody else, and the browser had nothing to complain of but requests that
   * were given up.
   * @param expected complaints of requests that have to fail
   */
  expectNoFaults(expected = /(?!)/): void {
    expect(this.faults).toEqual([]);
    expect(this.browser.hosts()).toEqual(["127.0.0.1"]);
    const complaints = this.browser.complaints.filter((text) => !text.endsWith("net::ERR_ABORTED"));
    expect(complaints.filter((text) => !expected.test(text))).toEqual([]);
  }
}
