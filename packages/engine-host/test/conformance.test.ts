import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { CASES, isOwed, runCase } from "../../port/conformance/conformance.js";
import { EngineHost } from "../dist/index.js";

const dataDir = mkdtempSync(join(tmpdir(), "helios-conformance-"));
let host: EngineHost;
beforeAll(async () => {
  const limits = { defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000, maxRows: 10_000 };
  host = await EngineHost.start({ dataDir, ...limits, maintenanceEveryMs: 200 });
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.concurrent("the embedded host", () => {
  it.for(CASES)("$title", async (each, { skip }) => {
    skip(!isOwed(each, host));
    await runCase(each, host);
  });
});
