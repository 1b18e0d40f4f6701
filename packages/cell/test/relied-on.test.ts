import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS, until } from "../../store/test/support/postgres.js";
import { TestStore } from "../../store/test/support/test-store.js";
import { CellNode } from "../src/index.js";

// Without PostgreSQL, nodes.test.ts says so.
describe.skipIf(PROGRAMS === null)("a store whose commits stop to wait for a standby", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  const waitFor = async (names: string) => {
    await store.primary.run(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
    await store.primary.run("SELECT pg_reload_conf()");
  };
  const active = async (needsReplication: boolean) => {
    const dataDir = mkdtempSync(join(tmpdir(), "helios-relied-on-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    const said: string[] = [];
    const node = await CellNode.join({
      ...{ urls: store.urls, cell: randomUUID(), node: "a", url: null, dataDir, leaseMs: 5000, needsReplication },
      onFenced: () => said.push("fenced"),
      onEvent: (text) => said.push(text),
    });
    onTestFinished(() => node.stop());
    const { lease } = await node.active;
    await until(async () => lease.isValid);
    return { lease, said };
  };

  it("is relied on by no node until they wait again, without its lease being over for others", async () => {
    const { lease, said } = await active(true);
    await waitFor("");
    try {
      await until(async () => !lease.isValid);
      expect(lease.leftMs).toBe(0);
      expect(said.at(-1)).toContain("its commits don't wait for a standby");
    } finally {
      await waitFor("standby");
    }
    await until(async () => lease.isValid);
    expect(said.at(-1)).toBe("the store can be used again");
    expect(said).not.toContain("fenced");
  });

  it("is relied on where somebody else answers for it", async () => {
    const { lease, said } = await active(false);
    await waitFor("");
    try {
      const { leftMs } = lease;
      // It was renewed since.
      await until(async () => lease.leftMs > leftMs);
      expect([lease.isValid, said.join()]).toEqual([true, expect.not.stringContaining("standby")]);
    } finally {
      await waitFor("standby");
    }
  });
});
