import { expect, it } from "vitest";
import { RequestSlots } from "../src/queue/request-slots.js";

it("bounds each database and all together, and frees what is released", async () => {
  const budget = new RequestSlots(2, 3);
  budget.take("a");
  budget.take("a");
  expect(() => budget.take("a")).toThrow(expect.objectContaining({ code: "OVERLOADED" }));
  budget.take("b");
  expect(() => budget.take("c")).toThrow(expect.objectContaining({ code: "OVERLOADED" }));
  let idle = false;
  const done = budget.idle().then(() => {
    idle = true;
  });
  budget.release("a");
  budget.take("c");
  for (const name of ["a", "b", "c"]) {
    await Promise.resolve();
    expect(idle).toBe(false);
    budget.release(name);
  }
  await done;
  expect(budget.inHand).toBe(0);
});

it("keeps some of the last for databases that have none yet", () => {
  const slots = new RequestSlots(10, 40);
  const fill = (name: string) => {
    for (let taken = 0; ; taken++) {
      try {
        slots.take(name);
      } catch {
        return taken;
      }
    }
  };
  expect(["a", "b", "c", "d", "e", "f", "g"].map(fill)).toEqual([10, 10, 10, 5, 3, 1, 1]);
  slots.release("a");
  expect([fill("a"), fill("h")]).toEqual([0, 1]);
});
