import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { CASES, isOwed, runCase } from "../../port/conformance/conformance.js";
import { EngineHost } from "../dist/index.js";
import { TEST_LIMITS } from "./support/host.js";
import { SocketHost } from "./support/socket-host.js";
import { serveHost } from "./support/socket-server.js";

const dataDir = mkdtempSync(join(tmpdir(), "helios-conformance-"));
const ends: (() => Promise<void>)[] = [];
let host: SocketHost;
beforeAll(async () => {
  const served = await EngineHost.start({ dataDir, ...TEST_LIMITS, maintenanceEveryMs: 200 });
  ends.push(() => served.close());
  const server = await serveHost(served);
  ends.push(() => server.close());
  host = await SocketHost.connect(server.port);
  ends.push(() => host.close());
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.concurrent("a host behind a socket", () => {
  it.for(CASES)("$title", async (each, { skip }) => {
    skip(!isOwed(each, host));
    await runCase(each, host);
  });
});
