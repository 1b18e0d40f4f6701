import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BRANCH_DELETION_CASES, BRANCH_RESET_CASES } from "../../port/conformance/branch-settings.js";
import { CASES, isOwed, runCase } from "../../port/conformance/conformance.js";
import { POINT_CASES } from "../../port/conformance/points.js";
import { QUERY_CASES } from "../../port/conformance/queries.js";
import { VALUE_CASES } from "../../port/conformance/values.js";
import { EngineHost } from "../dist/index.js";
import { TEST_LIMITS } from "./support/host.js";
import { type Interceptor, interceptedHost } from "./support/intercepted-host.js";

const dataDir = mkdtempSync(join(tmpdir(), "helios-conformance-"));
let host: EngineHost;
beforeAll(async () => {
  host = await EngineHost.start({ dataDir, ...TEST_LIMITS, maintenanceEveryMs: 200 });
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Asks queries again until the lane answers, if it ever does. Each answer is the same. */
const viaLane: Interceptor = {
  again: async (operation, call) => {
    const first = await call();
    if (operation !== "query" && operation !== "queryJson") return first;
    for (let times = 0; times < 4; times++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(await call()).toStrictEqual(first);
    }
    return first;
  },
};

describe.concurrent("the embedded host, with queries that its lane may answer", () => {
  const cases = [...VALUE_CASES, ...QUERY_CASES, ...POINT_CASES, ...BRANCH_RESET_CASES, ...BRANCH_DELETION_CASES];
  it.for(cases)("$title", async (each, { skip }) => {
    skip(!isOwed(each, host));
    const before = host.counters().reads.inLane;
    await runCase(each, interceptedHost(host, viaLane));
    if (each === VALUE_CASES[0]) expect(host.counters().reads.inLane).toBeGreaterThan(before);
  });
});

describe.concurrent("the embedded host", () => {
  it.for(CASES)("$title", async (each, { skip }) => {
    skip(!isOwed(each, host));
    await runCase(each, host);
  });
});
