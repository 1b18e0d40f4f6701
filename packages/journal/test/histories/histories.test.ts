import { writeSync } from "node:fs";
import { expect, it } from "vitest";
import { type Played, playHistories, playTransactions } from "./histories.js";

const { SOAK_TIMES, MODEL_SEED = "20261129" } = process.env;
const seed = Number(MODEL_SEED);

/** Few for every run of the tests; `npm run soak -- journal` plays as many as it is told. */
function runs(few: number, share: number): number {
  return SOAK_TIMES === undefined ? few : Math.max(1, Math.round(Number(SOAK_TIMES) * share));
}

/** How far it got. */
function report(played: Played): void {
  if (SOAK_TIMES !== undefined && played.histories % 25 === 0) writeSync(2, `${JSON.stringify(played)}\n`);
}

function expectAll(played: Played, histories: number): void {
  expect(played.histories).toBe(histories);
  expect(played.folders).toBeGreaterThanOrEqual(histories);
  expect(played.files).toBeGreaterThan(histories);
  expect(played.rolledForward).toBeGreaterThan(histories);
}

const LONG = 7_200_000;

it(
  "makes a folder with every branch as it is in the original, now and in the past, and byte for byte at the end",
  () => {
    const histories = runs(3, 0.5);
    expectAll(playHistories("rows", { runs: histories, seed, every: 30, report }), histories);
  },
  LONG,
);

it(
  "has everything that was confirmed after power cuts, while writes don't wait for the disk",
  () => {
    const histories = runs(2, 0.25);
    const played = playHistories("rows", { runs: histories, seed, every: 60, powerCuts: true, report });
    expectAll(played, histories);
    expect(played.behind).toBeGreaterThan(0);
    expect(played.lost).toBeGreaterThan(played.behind);
  },
  LONG,
);

it(
  "follows changes of schemas",
  () => {
    const histories = runs(2, 0.25);
    expectAll(playHistories("schema", { runs: histories, seed, every: 30, report }), histories);
  },
  LONG,
);

it(
  "has nothing of a transaction before its commit",
  () => {
    const histories = runs(2, 0.25);
    expectAll(playTransactions({ runs: histories, seed, every: 12, report }), histories);
  },
  LONG,
);
