import { expect, it } from "vitest";
import { Lru } from "../../dist/util/lru.js";

it("a bounded map keeps what is in use, and never more than it may", () => {
  const map = new Lru<number, string>(10);
  map.set(0, "in use");
  for (let key = 1; key < 1000; key++) {
    map.set(key, "passing");
    expect(map.get(0)).toBe("in use");
    expect(map.size).toBeLessThanOrEqual(10);
  }
  expect(map.get(1)).toBeUndefined();
  map.set(0, "changed");
  expect(map.get(0)).toBe("changed");
  map.clear();
  expect([map.size, map.get(0)]).toEqual([0, undefined]);
});
