import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { underFaults } from "../../faults/cell/run.js";
import { schedule, WAYS, type Way } from "../../faults/cell/schedule.js";
import { type FailingStore, failingStore } from "../../faults/cell/store.js";
import { figures, IS_SOAK, times } from "../../faults/times.js";

// Only with `npm run soak -- failover`; nodes.test.ts and patroni.test.ts have some of it in every run.
describe.skipIf(PROGRAMS === null || !IS_SOAK)("a cell under load", () => {
  let store: FailingStore;
  beforeAll(async () => {
    store = await failingStore();
  });
  afterAll(() => store?.stop());

  it("loses nothing that was acknowledged, does nothing twice, and shows nothing that is gone later", {
    timeout: 10_800_000,
  }, async () => {
    const possible = (Object.keys(WAYS) as Way[]).filter((way) => store.machines || way !== "store's machine lost");
    const {
      figures: measured,
      epochs,
      ends,
      ...wrong
    } = await underFaults(store, schedule(times(possible.length), possible));
    expect(wrong).toEqual({ lost: [], gone: [], twice: [], wrong: [], differences: [] });
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    expect(ends).toEqual([0, 0]);
    figures("a cell under load", { ...measured, epochs: epochs.at(-1)! });
  });
});
