import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS, until } from "../../store/test/support/postgres.js";
import { TestStore } from "../../store/test/support/test-store.js";
import { CellNode, type CellNodeOptions, stepDown } from "../src/index.js";

const LEASE = 4000;

describe.skipIf(PROGRAMS === null)("the nodes of a cell that one of them is asked to leave", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  const folder = () => {
    const dataDir = mkdtempSync(join(tmpdir(), "helios-step-down-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    return dataDir;
  };
  const newCell = () => ({ urls: store.urls, cell: randomUUID(), leaseMs: LEASE });

  async function joined(
    cell: ReturnType<typeof newCell>,
    node: string,
    options: Partial<CellNodeOptions> = {},
  ): Promise<CellNode> {
    const made = await CellNode.join({ node, url: null, dataDir: folder(), onFenced: () => {}, ...cell, ...options });
    onTestFinished(() => made.stop());
    return made;
  }

  it("have it leave the cell to a standby, and not where there is none", async () => {
    const cell = newCell();
    const asked: string[] = [];
    const dataDir = folder();
    const first = await joined(cell, "first", { dataDir, onAskedToLeave: () => asked.push("first") });
    await expect(stepDown(cell)).rejects.toThrow(/no node serves|has not sent all/);
    const { epoch } = await first.active;
    await expect(stepDown(cell)).rejects.toThrow("has not sent all of its databases yet");
    await first.makeWhole();
    await expect(stepDown(cell)).rejects.toThrow(
      "no standby was seen within 5 seconds, so nobody could take over from first",
    );
    expect(asked).toEqual([]);

    const second = await joined(cell, "second");
    await until(async () => second.behind === 0);
    const events: string[] = [];
    const done = stepDown({ ...cell, onAsked: (node) => events.push(node) });
    await until(async () => asked.length > 0);
    expect(events).toEqual(["first"]);
    // Once, although it hears of it at each renewal, of which there are five in a lease.
    await new Promise((later) => setTimeout(later, LEASE / 2));
    expect(asked).toEqual(["first"]);
    await first.stop();
    expect(await done).toEqual({ from: "first", to: "second" });
    expect((await second.active).epoch).toBe(epoch + 1);
    await second.stop();
  });

  it("have it take the cell again where nobody else comes", async () => {
    const cell = newCell();
    const dataDir = folder();
    let isAsked = false;
    const first = await joined(cell, "first", { dataDir, onAskedToLeave: () => (isAsked = true) });
    await first.active;
    await first.makeWhole();
    const second = await joined(cell, "second");
    await until(async () => second.behind === 0);
    const done = stepDown(cell).catch((error) => error.message);
    await until(async () => isAsked);
    // It is gone before it can take over.
    await second.stop();
    await first.stop();
    const again = await joined(cell, "first", { dataDir });
    await again.active;
    expect(await done).toBe("first serves the cell again: no standby has taken it");
    await again.stop();
  });

  it("leave the cell to whoever comes, although the one that left it is there before", async () => {
    // Longer than whatever comes in between takes.
    const cell = { ...newCell(), leaseMs: 30_000 };
    const dataDir = folder();
    let isAsked = false;
    const first = await joined(cell, "first", { dataDir, onAskedToLeave: () => (isAsked = true) });
    await first.active;
    await first.makeWhole();
    const second = await joined(cell, "second");
    await until(async () => second.behind === 0);
    const done = stepDown(cell);
    await until(async () => isAsked);
    await second.stop();
    await first.stop();
    const again = await joined(cell, "first", { dataDir });
    // Enough to take it, if it wanted to.
    await new Promise((later) => setTimeout(later, 1000));
    const late = await joined(cell, "late");
    await late.active;
    expect(await done).toEqual({ from: "first", to: "late" });
    await until(async () => again.leader?.node === "late" && again.behind === 0);
  });
});
