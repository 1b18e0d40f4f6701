import { expect, it } from "vitest";
import { FairQueue } from "../src/queue/fair-queue.js";

const item = (database: string, n: number) => ({ database, n });

it("serves databases in turn, and each in order", () => {
  const queue = new FairQueue<{ database: string; n: number }>();
  for (let n = 1; n <= 3; n++) queue.push(item("flood", n));
  queue.push(item("quiet", 1));
  const order = Array.from({ length: 4 }, () => queue.shift()!).map(({ database, n }) => `${database} ${n}`);
  expect(order).toEqual(["flood 1", "quiet 1", "flood 2", "flood 3"]);
  expect(queue.shift()).toBeUndefined();
  expect(queue.size).toBe(0);
});

it("forgets what is taken out", () => {
  const queue = new FairQueue<{ database: string; n: number }>();
  const [one, two] = [item("a", 1), item("a", 2)];
  queue.push(one);
  queue.push(two);
  expect(queue.delete(one)).toBe(true);
  expect(queue.delete(one)).toBe(false);
  expect(queue.of("a")).toEqual([two]);
  expect(queue.size).toBe(1);
});

it("passes over keys that may not have a turn, and leaves them in front", () => {
  const queue = new FairQueue<{ database: string; n: number }>();
  for (const name of ["a", "b"]) queue.push(item(name, 1));
  const notA = (key: string) => key !== "a";
  expect([queue.has(notA), queue.shift(notA)]).toEqual([true, item("b", 1)]);
  expect([queue.has(notA), queue.shift(notA), queue.sizeOf("a"), queue.sizeOf("b")]).toEqual([false, undefined, 1, 0]);
  expect(queue.shift()).toEqual(item("a", 1));
});
