import { expect, it } from "vitest";
import { ReadJob } from "../src/readers/job.js";

const job = () => {
  const settle = { resolve: () => {}, reject: () => {}, done: () => {} };
  return new ReadJob("t1", { op: "query", request: { branch: "main", sql: "SELECT 1" } }, 1000, settle);
};

it("is refused where a second process ended under it that was seen alive after the first had ended", () => {
  const deadly = job();
  expect(deadly.lost(10, 100)).toBe(false);
  expect(deadly.lost(101, 200)).toBe(true);
});

it("is run again however many processes ended with the first, and however late that is known", () => {
  const unlucky = job();
  expect([unlucky.lost(10, 100), unlucky.lost(99, 5000), unlucky.lost(100, 9000)]).toEqual([false, false, false]);
  expect(unlucky.lost(9001, 9500)).toBe(true);
});
