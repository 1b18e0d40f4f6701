import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellStatus } from "@heliosdb/store";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS, until } from "../../store/test/support/postgres.js";
import { TestStore } from "../../store/test/support/test-store.js";
import { CellNode, type CellNodeOptions } from "../src/index.js";
import { NodeProcess } from "./support/node-process.js";

const LEASE = 3000;
/** Much longer than the test: nobody waits for it. */
const ENDLESS = 600_000;

// Without PostgreSQL, nodes.test.ts says so.
describe.skipIf(PROGRAMS === null)("the name of a node", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  const folder = () => {
    const dataDir = mkdtempSync(join(tmpdir(), "helios-named-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    return dataDir;
  };
  const newCell = () => ({ urls: store.urls, cell: randomUUID(), leaseMs: LEASE });
  async function joined(
    options: Pick<CellNodeOptions, "urls" | "cell" | "leaseMs" | "node"> & Partial<CellNodeOptions>,
  ) {
    const node = await CellNode.join({ url: null, dataDir: folder(), onFenced: () => {}, ...options });
    onTestFinished(() => node.stop());
    return node;
  }
  const status = (cell: string) => cellStatus(store.urls, cell);
  const bootOf = async (cell: string, node: string) => {
    const [row] = await store.primary.run("SELECT boot FROM helios.standby WHERE cell = $1 AND node = $2", [
      cell,
      node,
    ]);
    return row?.boot;
  };

  it("is refused where the active one has it, which goes on", async () => {
    const cell = newCell();
    const active = await joined({ ...cell, node: "a", url: "http://one:1" });
    const { lease } = await active.active;
    await active.makeWhole();
    const second = await joined({ ...cell, node: "a", url: "http://two:2" });
    await expect(second.active).rejects.toThrow("another node at http://one:1 has the name a in the cell");
    expect(lease.isValid).toBe(true);
    expect(await status(cell.cell)).toMatchObject({ epoch: 1, active: { node: "a" }, standbys: [] });
  });

  it("is refused where a standby has it, which goes on", async () => {
    const cell = newCell();
    const active = await joined({ ...cell, node: "a" });
    await active.active;
    await active.makeWhole();
    const standby = await joined({ ...cell, node: "b", url: "http://one:1" });
    await until(async () => (await bootOf(cell.cell, "b")) !== undefined);
    const second = await joined({ ...cell, node: "b", url: "http://two:2" });
    await expect(second.active).rejects.toThrow("another node at http://one:1 has the name b in the cell");
    await second.stop();
    expect((await status(cell.cell)).standbys).toMatchObject([{ node: "b", url: "http://one:1" }]);
    await active.stop();
    expect((await standby.active).epoch).toBe(2);
  });

  it("is one's where two begin with it at once", async () => {
    const cell = newCell();
    const nodes = await Promise.all([1, 2].map((i) => joined({ ...cell, node: "a", url: `http://${i}:1` })));
    const outcomes = await Promise.allSettled(nodes.map(({ active }) => active));
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find((outcome) => outcome.status === "rejected")?.reason.message).toContain("has the name a");
  });

  it("is no one's to serve a free cell by while another one lives that has it", async () => {
    const cell = newCell();
    const first = await joined({ ...cell, node: "a" });
    await first.active;
    await first.makeWhole();
    await first.stop();
    // A standby that lives, and for now does not take the cell.
    const live = `INSERT INTO helios.standby VALUES ($1, 'b', $2, 'http://one:1', 0, clock_timestamp())
      ON CONFLICT (cell, node) DO UPDATE SET seen_at = excluded.seen_at`;
    const boot = randomUUID();
    const lives = () => store.primary.run(live, [cell.cell, boot]);
    await lives();
    const timer = setInterval(() => void lives(), 1000);
    onTestFinished(() => clearInterval(timer));
    const second = await joined({ ...cell, node: "b" });
    await expect(second.active).rejects.toThrow("another node at http://one:1 has the name b");
    expect((await status(cell.cell)).epoch).toBe(1);
  });

  it("stays that of a node which was killed: at once with its folder, after a lease without it", async () => {
    const cell = { ...newCell(), node: "a" };
    const dataDir = folder();
    const first = await NodeProcess.start({ ...cell, leaseMs: ENDLESS, dataDir });
    await first.isActive();
    await first.kill();
    const again = await NodeProcess.start({ ...cell, leaseMs: ENDLESS, dataDir });
    await again.isActive();
    expect(again.epoch).toBe(2);
    await again.kill();
    const elsewhere = await joined(cell);
    expect((await elsewhere.active).epoch).toBe(3);
  });

  it("stays that of a standby which was killed: at once with its folder, after a lease without it", async () => {
    const cell = newCell();
    const active = await joined({ ...cell, node: "a" });
    await active.active;
    await active.makeWhole();
    const dataDir = folder();
    const standby = await NodeProcess.start({ ...cell, node: "b", dataDir });
    await until(async () => (await bootOf(cell.cell, "b")) !== undefined);
    await standby.kill();
    const killed = await bootOf(cell.cell, "b");
    const back = await NodeProcess.start({ ...cell, node: "b", leaseMs: ENDLESS, dataDir });
    await until(async () => (await bootOf(cell.cell, "b")) !== killed);
    await back.kill();
    const again = await bootOf(cell.cell, "b");
    await joined({ ...cell, node: "b" });
    await until(async () => (await bootOf(cell.cell, "b")) !== again);
  });

  it("is lost to another one by a standby that is frozen for longer than a lease", async () => {
    const cell = newCell();
    const active = await joined({ ...cell, node: "a" });
    await active.active;
    await active.makeWhole();
    const frozen = await NodeProcess.start({ ...cell, node: "b", dataDir: folder() });
    await until(async () => (await bootOf(cell.cell, "b")) !== undefined);
    const before = await bootOf(cell.cell, "b");
    frozen.freeze();
    await joined({ ...cell, node: "b", url: "http://two:2" });
    await until(async () => (await bootOf(cell.cell, "b")) !== before);
    frozen.thaw();
    expect(await frozen.ended()).toBe(1);
    expect(frozen.output).toContain("another node at http://two:2 has the name b");
    expect((await status(cell.cell)).standbys).toMatchObject([{ node: "b", url: "http://two:2" }]);
  });
});
