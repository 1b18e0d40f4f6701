import { expect, it } from "vitest";
import { BODIES_BYTES, BodyBudget } from "../../dist/http/body/body-budget.js";

const MB = 1024 * 1024;
const refusal = expect.objectContaining({ code: "OVERLOADED" });

it("counts what is held and gives it back, once", () => {
  const budget = new BodyBudget(10 * MB);
  const hold = budget.hold("a");
  hold.add(3 * MB);
  hold.add(2 * MB);
  expect(budget.bytes).toBe(5 * MB);
  hold.end();
  hold.end();
  expect(budget.bytes).toBe(0);
});

it("gives no tenant more than is left for the others, in bodies of its own, and nobody more than there is", () => {
  const budget = new BodyBudget(10 * MB);
  /** Bodies of 8 MB that a tenant can have. */
  const fill = (tenant: string) => {
    for (let bodies = 0; ; bodies++) {
      try {
        budget.hold(tenant).add(8 * MB);
      } catch (error) {
        expect(error).toEqual(refusal);
        return bodies;
      }
    }
  };
  expect(BODIES_BYTES).toBe(256 * MB);
  expect(["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(fill)).toEqual([16, 8, 4, 2, 1, 1, 0, 0, 0]);
  expect(budget.bytes).toBe(256 * MB);
});

it("refuses the next bytes of a body that came beside others, and takes a large one that came alone", () => {
  const budget = new BodyBudget(200 * MB);
  const alone = budget.hold("a");
  for (let times = 0; times < 200; times++) alone.add(MB);
  for (let times = 0; times < 300; times++) budget.hold("b").add(MB);
  const another = budget.hold("a");
  another.add(MB);
  alone.end();
  another.add(199 * MB);
  expect(() => budget.hold("a").add(MB)).not.toThrow();
  expect(() => budget.hold("b").add(MB)).toThrow(refusal);
});
