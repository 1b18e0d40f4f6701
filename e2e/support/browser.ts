import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

/** Where the Debian package puts it. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Nothing of the browser's own talks to anybody, and no name but this machine's address leads anywhere. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** In CI a missing browser is a failure: a test that never runs there proves nothing. */
export function hasChromium(): boolean {
  if (existsSync(EXECUTABLE)) return true;
  const what = `Chromium is needed by these tests, at ${EXECUTABLE}: apt-get install -y chromium`;
  if (process.env.CI) throw new Error(what);
  console.warn(`Skipped: ${what}`);
  return false;
}

/** A headless browser with an empty profile, which remembers what its pages asked for and complained of. */
export class TestBrowser {
  readonly requests: string[] = [];
  readonly complaints: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {
    context.on("request", (request) => this.requests.push(request.url()));
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type()))
        this.complaints.push(`${message.text()} ${message.location().url}`);
    });
    context.on("weberror", (error) => this.complaints.push(String(error.error())));
    context.on("requestfailed", (request) => this.complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  }

  static async start(): Promise<TestBrowser> {
    const profile = mkdtempSync(join(tmpdir(), "helios-browser-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: EXECUTABLE,
      headless: true,
      args: FLAGS,
      viewport: { width: 1280, height: 900 },
    });
    return new TestBrowser(context, profile);
  }

  page(): Promise<Page> {
    return this.context.newPage();
  }

  /** The hosts that were asked for anything. */
  hosts(): string[] {
    const urls = this.requests.filter((url) => !/^(data|blob|about):/.test(url));
    return [...new Set(urls.map((url) => new URL(url).hostname))];
  }

  async close(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
