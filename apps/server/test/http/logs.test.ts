import { afterEach, describe, expect, it } from "vitest";
import { untilInFlight } from "../support/in-flight.js";
import { StartedServer } from "../support/process.js";

const KEY = "sk_test_abc123";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

let server: StartedServer;
afterEach(() => server?.remove());

async function start(args: string[]): Promise<string> {
  server = new StartedServer(args, { HELIOSDB_ADMIN_API_KEY: KEY });
  return server.url();
}

function query(url: string, sql: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/branches/main/query?`, {
    method: "POST",
    headers: { "x-api-key": KEY, "content-type": "application/json", ...headers },
    body: JSON.stringify({ sql }),
  });
}

/** Every line of the log; a line that is no JSON fails the test. */
// biome-ignore lint/suspicious/noExplicitAny: tests read lines field by field
function lines(): any[] {
  return server
    .stderr()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

describe("the log", () => {
  it("has a line for each request where it is asked for, whatever the level, with ids of request and trace", async () => {
    const url = await start(["--access-log", "on", "--log-level", "error"]);
    await query(url, "SELECT 'in-the-sql'", {
      traceparent: `00-${TRACE}-${SPAN}-01`,
      "x-request-id": "mine-1",
      authorization: "Bearer wrong-token",
    });
    await query(url, "SELECT 1", { traceparent: "00-nonsense", "x-request-id": "mine-2" });
    await fetch(`${url}/v1/branches/secret-branch/tables?q=in-the-url`, { headers: { "x-request-id": "mine-3" } });
    await server.logged(/"mine-3"/);
    const [first, second, third] = ["mine-1", "mine-2", "mine-3"].map((id) =>
      lines().find((line) => line.request_id === id),
    );
    expect(first).toMatchObject({
      ...{ msg: "request", method: "POST", route: "/v1/branches/:branch/query", operation: "query", status: 200 },
      ...{ user: "admin", tenant: "default", address: "127.0.0.1", trace_id: TRACE, parent_span_id: SPAN },
    });
    expect(first.ms).toBeGreaterThan(0);
    expect(first.span_id).toMatch(/^[0-9a-f]{16}$/);
    expect(Date.parse(first.time)).not.toBeNaN();
    expect(second).toMatchObject({ status: 200, trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(second.trace_id).not.toBe(first.trace_id);
    expect(second).not.toHaveProperty("parent_span_id");
    expect(third).toMatchObject({ status: 401, operation: "listTables" });
    expect(third).not.toHaveProperty("user");
    for (const secret of [KEY, "wrong-token", "in-the-sql", "in-the-url", "secret-branch", "nonsense"]) {
      expect(server.stderr()).not.toContain(secret);
    }
  });

  it("has none of them otherwise, but those of refused credentials", async () => {
    const url = await start([]);
    await query(url, "SELECT 1", { "x-request-id": "quiet" });
    await query(url, "SELECT 1", { "x-api-key": "sk_wrong_key_123", "x-request-id": "refused" });
    await server.logged(/"refused"/);
    expect(lines().map(({ request_id: id }) => id)).not.toContain("quiet");
    expect(lines().find((line) => line.request_id === "refused")).toMatchObject({ status: 401, level: 30 });
    expect(server.stderr()).not.toContain("sk_wrong_key_123");
  });

  it("stays empty where it is to be silent", async () => {
    const url = await start(["--access-log", "on", "--log-level", "silent"]);
    await query(url, "SELECT 1");
    expect(server.stderr()).toBe("");
  });
});

describe("an end that is drained", () => {
  const SLOW =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 4000000) SELECT count(*) FROM c";
  const exited = () => new Promise((resolve) => server.process.once("exit", (code, signal) => resolve([code, signal])));

  it("turns /readyz to 503 at once, answers what comes meanwhile and what is in hand, and then leaves", async () => {
    const url = await start(["--drain-secs", "5"]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const end = exited();
    server.process.kill("SIGTERM");
    await server.printed(/Shutting down/);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, (await ready.text()).split("\n")[0]]).toEqual([
      503,
      "[-]node not ready: the server is shutting down",
    ]);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const slow = query(url, SLOW);
    expect((await query(url, "SELECT 1")).status).toBe(200);
    const answer = await slow;
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ row_count: 1 })]);
    expect(await end).toEqual([0, null]);
  });

  it("finishes what is in hand without a delay too", async () => {
    const url = await start([]);
    const slow = query(url, SLOW);
    await untilInFlight(url, 1);
    const end = exited();
    server.process.kill("SIGTERM");
    expect((await slow).status).toBe(200);
    expect(await end).toEqual([0, null]);
  });

  it("is cut short by a second signal", async () => {
    await start(["--drain-secs", "3600"]);
    const end = exited();
    server.process.kill("SIGTERM");
    await server.printed(/Shutting down/);
    server.process.kill("SIGTERM");
    expect(await end).toEqual([143, null]);
  });
});
