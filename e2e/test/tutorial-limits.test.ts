import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPython, runProgram, tutorialProgram } from "../support/program.js";
import { ServerProcess } from "../support/server.js";

const python = findPython();
const started: { remove(): Promise<void> }[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "helios-limits-"));
});

afterEach(async () => {
  for (const one of started.splice(0)) await one.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function limited(env: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.start({ env: { HELIOSDB_RATE_LIMIT: "on", ...env } });
  started.push(server);
  return server;
}

function runPython(text: string) {
  const file = join(folder, "program.py");
  writeFileSync(file, text);
  return runProgram(python!, [file]);
}

describe.skipIf(python === null)("the tutorial's programs live with the limits", () => {
  it("RateLimitedClient reads the headers, waits before it is refused, and makes all its 200 requests", async () => {
    // Enough a second that 200 requests take seconds, not the two minutes of the default.
    const server = await limited({ HELIOSDB_RATE_LIMIT_MAX_REQUESTS: "3000", HELIOSDB_RATE_LIMIT_WINDOW_SECS: "60" });
    const result = await runPython(tutorialProgram("rate_limited_client.py", server.url));
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
    const requests = result.stdout.split("\n").filter((line) => /^Request \d+: \d+ remaining$/.test(line));
    expect(requests).toHaveLength(200);
    expect(requests.at(-1)).toMatch(/^Request 200: /);
    expect(result.stdout).toContain("Approaching rate limit. Waiting ");
  });

  it("retry_with_backoff waits for Retry-After of a real 429 and then gets its answer", async () => {
    // 30 a minute, 5 at once: from the sixth on a caller without a key must wait about two seconds for each.
    const server = await limited({});
    const program = `${tutorialProgram("retry_with_backoff.py", server.url)}
for _ in range(5):
    requests.get('${server.url}/v1/branches')
refused = requests.get('${server.url}/v1/branches')
print(refused.status_code, refused.json()['error'], int(refused.headers['Retry-After']) >= 1)
print(retry_with_backoff('${server.url}/v1/branches').status_code)
`;
    const result = await runPython(program);
    // Without a key the answer is 401: what counts is that it was waited for, and is no 429.
    expect(result).toEqual({ code: 0, stderr: "", stdout: "429 TooManyRequests True\n401\n" });
  });

  it("retry_with_backoff comes back after a server error", async () => {
    let calls = 0;
    const failing: Server = createServer((_request, response) => {
      calls++;
      response.writeHead(calls === 1 ? 503 : 200).end("{}");
    });
    await once(failing.listen(0, "127.0.0.1"), "listening");
    started.push({ remove: () => new Promise((done) => failing.close(() => done())) });
    const url = `http://127.0.0.1:${(failing.address() as AddressInfo).port}`;
    const program = `${tutorialProgram("retry_with_backoff.py", url)}
print(retry_with_backoff('${url}/').status_code)
`;
    const result = await runPython(program);
    expect(result).toEqual({ code: 0, stderr: "", stdout: "200\n" });
    expect(calls).toBe(2);
  });
});
