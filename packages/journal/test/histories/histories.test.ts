import { expect, it } from "vitest";
import { playHistories, playTransactions } from "./histories.js";

it("makes a folder in which every branch is as in the original, now and in the past, byte for byte at the end", () => {
  const played = playHistories("rows", { runs: 4, seed: 1, every: 25 });
  console.log(played);
  expect(played.folders).toBeGreaterThan(8);
});

it("follows changes of schemas", () => {
  const played = playHistories("schema", { runs: 3, seed: 1, every: 25 });
  console.log(played);
  expect(played.folders).toBeGreaterThan(6);
});

it("has nothing of a transaction before its commit", () => {
  const played = playTransactions({ runs: 5, seed: 1, every: 7 });
  console.log(played);
  expect(played.folders).toBeGreaterThan(5);
});
