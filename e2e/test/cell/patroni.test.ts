import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { underFaults } from "../../faults/cell/run.js";
import { type FailingStore, failingStore } from "../../faults/cell/store.js";
import { PATRONI } from "../../support/patroni/installed.js";

describe.skipIf(PATRONI === null)("a cell whose store is under Patroni", () => {
  let store: FailingStore;
  beforeAll(async () => {
    store = await failingStore();
  });
  afterAll(() => store?.stop());

  it("goes on when the store loses its primary's machine, and when the active node is killed then", async () => {
    const { epochs, figures, ...rest } = await underFaults(store, ["store's machine lost", "killed"]);
    expect(rest).toEqual({ lost: [], gone: [], twice: [], wrong: [], ends: [0, 0], differences: [] });
    expect(epochs).toHaveLength(2);
    expect(epochs[1]).toBeGreaterThan(epochs[0]!);
    expect(Number(figures["rows acknowledged"])).toBeGreaterThan(100);
  });
});
