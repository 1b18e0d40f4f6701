import { expect, it } from "vitest";
import { NameWatch } from "../src/node/name-watch.js";

const LEASE = 5000;
const holder = (sign: string, boot = "one") => ({ boot, url: null, sign });

it("is free where nobody has it", () => {
  const watch = new NameWatch(LEASE);
  watch.saw(null, 0, 100);
  expect([watch.isFree, watch.holder]).toEqual([true, null]);
});

it("is somebody's who shows that he lives, and nobody's if he shows nothing for a lease", () => {
  const watch = new NameWatch(LEASE);
  watch.saw(holder("1"), 0, 100);
  watch.saw(holder("1"), 5099, 6000);
  expect([watch.isFree, watch.holder]).toEqual([false, null]);
  watch.saw(holder("1"), 5100, 6000);
  expect([watch.isFree, watch.holder]).toEqual([true, null]);
  watch.saw(holder("2"), 6100, 6200);
  expect([watch.isFree, watch.holder]).toEqual([false, holder("2")]);
});

it("is looked at anew where another process has it, and after a request that failed", () => {
  const watch = new NameWatch(LEASE);
  watch.saw(holder("1"), 0, 100);
  watch.saw(holder("2", "other"), 4000, 4100);
  expect([watch.isFree, watch.holder]).toEqual([false, null]);
  watch.failed();
  watch.saw(holder("3", "other"), 9000, 9200);
  expect([watch.isFree, watch.holder]).toEqual([false, null]);
  watch.saw(holder("3", "other"), 14_199, 14_300);
  expect(watch.isFree).toBe(false);
  watch.saw(holder("3", "other"), 14_200, 14_300);
  expect(watch.isFree).toBe(true);
});
