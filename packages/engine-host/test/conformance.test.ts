import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { CASES, type Subject } from "../../port/conformance/conformance.js";
import { EngineHost } from "../dist/index.js";

const dataDir = mkdtempSync(join(tmpdir(), "helios-conformance-"));
let host: EngineHost;
beforeAll(async () => {
  host = await EngineHost.start({ dataDir, defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000, maxRows: 10_000 });
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function subject(): Subject {
  const database = () => {
    const id = randomUUID();
    return { id, db: host.database(id) };
  };
  return { host, ...database(), other: database };
}

describe("the host does what the port says", () => {
  it.each(CASES)("$title", async ({ run }) => {
    await run(subject());
  });
});
