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
