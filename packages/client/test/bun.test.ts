import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { IN_BROWSER } from "./support/in-browser.js";
import { NO_BRANCHES, refusal, ScriptedServer } from "./support/scripted-server.js";

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

// Node stands for Bun here: what matters is that undici isn't used.
it.skipIf(IN_BROWSER)("where Bun is, calls go through its fetch, with retries, and are waited for", async () => {
  vi.stubGlobal("Bun", {});
  const fetched = vi.spyOn(globalThis, "fetch");
  try {
    server.answers(refusal(429, "RATE_LIMITED", {}, { "retry-after": "0" }), NO_BRANCHES);
    const client = server.client();
    const listed = client.branches.list();
    // When both attempts have been sent, but not answered.
    await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(2), { interval: 1 });
    await client.close();
    expect((await listed).branches).toEqual([]);
    expect(fetched.mock.calls.map(([, init]) => init)).toEqual([
      expect.objectContaining({ redirect: "manual", timeout: false, tls: {} }),
      expect.objectContaining({ redirect: "manual", timeout: false, tls: {} }),
    ]);
  } finally {
    fetched.mockRestore();
    vi.unstubAllGlobals();
  }
});
