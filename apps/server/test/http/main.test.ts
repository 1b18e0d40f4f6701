import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { untilInFlight } from "../support/in-flight.js";
import { StartedServer } from "../support/process.js";

let started: StartedServer;
afterEach(() => started?.remove());

function start(args: string[] = [], env: Record<string, string> = {}): StartedServer {
  started = new StartedServer(args, env);
  return started;
}

describe("the start command", () => {
  it("prints where it is, its documentation, its key, and a command that works when pasted", async () => {
    start();
    const [, command] = await started.printed(/^Try: (curl .+)$/m);
    const out = started.stdout();
    expect(out).toMatch(/^HeliosDB listens on http:\/\/127\.0\.0\.1:\d+$/m);
    expect(out).toMatch(/^API documentation: http:\/\/127\.0\.0\.1:\d+\/v1\/docs$/m);
    expect(out).toMatch(/^Admin API key, shown only this once: hdb_k_admin_/m);
    expect(out).toContain(join(started.dataDir, "admin.key"));
    const answer = execFileSync("sh", ["-c", command!.replace("curl", "curl -s")], { encoding: "utf8" });
    expect(JSON.parse(answer)).toMatchObject({ total: 1, branches: [{ name: "main" }] });
    const key = /hdb_k_admin_\S+/.exec(out)![0];
    expect(started.stderr()).not.toContain(key);
  });

  it("prints no key that it was given, and still a command that works when pasted", async () => {
    start([], { HELIOSDB_ADMIN_API_KEY: "sk_test_abc123" });
    const [, command] = await started.printed(/^Try: (curl .+)$/m);
    expect(started.stdout()).not.toContain("sk_test_abc123");
    const answer = execFileSync("sh", ["-c", command!.replace("curl", "curl -s")], { encoding: "utf8" });
    expect(JSON.parse(answer)).toMatchObject({ name: "HeliosDB-Lite", api_version: "v1" });
  });

  it("keeps to the retention and the largest file that it was given", async () => {
    const env = { HELIOSDB_ADMIN_API_KEY: "sk_test_abc123", HELIOSDB_MAX_FILE_BYTES: "2048" };
    start(["--retention", "12h,1GB"], env);
    const [, url] = await started.printed(/^HeliosDB listens on (\S+)$/m);
    const headers = { "x-api-key": "sk_test_abc123", "content-type": "application/octet-stream" };
    const retention = await (await fetch(`${url}/v1/retention`, { headers })).json();
    expect(retention).toEqual({ history_seconds: 43_200, history_bytes: 1_000_000_000, deleted_seconds: 604_800 });
    const body = new Uint8Array(2049);
    const file = await fetch(`${url}/v1/branches/b/file`, { method: "PUT", headers, body });
    expect(file.status).toBe(413);
  });

  it("ends at a signal with code 0", async () => {
    start();
    await started.printed(/^Try: /m);
    started.process.kill("SIGTERM");
    expect(await once(started.process, "exit")).toEqual([0, null]);
    expect(started.stdout()).toContain("Shutting down gracefully...");
  });

  it("ends at once at a second signal", async () => {
    start(["--auth", "off"]);
    const [, url] = await started.printed(/^HeliosDB listens on (.+)$/m);
    const sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    const slow = fetch(`${url}/v1/branches/main/query`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sql }),
    }).catch(() => null);
    await untilInFlight(url!, 1);
    started.process.kill("SIGINT");
    await started.printed(/Shutting down/);
    started.process.kill("SIGINT");
    expect(await once(started.process, "exit")).toEqual([130, null]);
    await slow;
  });

  it.each([
    [["--api-prot", "1"], {}, "--api-port"],
    [[], { HELIOSDB_API_PROT: "1" }, "Did you mean HELIOSDB_API_PORT?"],
    [["--auth", "off", "--api-host", "0.0.0.0"], {}, "loopback"],
    [[], { HELIOSDB_RATE_LIMIT: "sometimes" }, "HELIOSDB_RATE_LIMIT must be one of on, off, auto"],
  ])("refuses %j %j in one line", async (args, env, message) => {
    start(args, env as Record<string, string>);
    const [code] = await once(started.process, "exit");
    expect(code).not.toBe(0);
    expect(started.stderr()).toContain(message);
    expect(started.stderr()).not.toContain(".js:");
  });

  it("logs requests on request, and never their credentials or SQL", async () => {
    start(["--log-level", "debug"], { HELIOSDB_ADMIN_API_KEY: "sk_test_abc123" });
    const [, url] = await started.printed(/^HeliosDB listens on (.+)$/m);
    await fetch(`${url}/v1/branches/main/query?key=in-the-url`, {
      method: "POST",
      headers: {
        "x-api-key": "sk_test_abc123",
        authorization: "Bearer wrong-token",
        "content-type": "application/json",
      },
      body: JSON.stringify({ sql: "SELECT 'in the sql'" }),
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const log = started.stderr();
    expect(log).toContain('"route":"/v1/branches/:branch/query"');
    for (const secret of ["sk_test_abc123", "wrong-token", "in the sql", "in-the-url"])
      expect(log).not.toContain(secret);
  });
});
