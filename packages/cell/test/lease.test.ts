import { setTimeout as wait } from "node:timers/promises";
import { Fenced } from "@heliosdb/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Lease, MARGIN_MS } from "../src/lease/lease.js";

/** Renewals come every fifth of it. */
const LEASE = 1000;

interface Renewal {
  done(counts?: boolean): void;
  fail(error: Error): void;
}

let now: number;
/** By how much the time of day is ahead of the other clock. */
let suspendedMs: number;
let sent: Renewal[];
let fenced: number;
let lease: Lease;
beforeEach(() => {
  [now, suspendedMs, sent, fenced] = [0, 0, [], 0];
  lease = new Lease({
    leaseMs: LEASE,
    renew: () =>
      new Promise((resolve, reject) => sent.push({ done: (counts = true) => resolve(counts), fail: reject })),
    onFenced: () => fenced++,
    now: () => now,
    timeOfDay: () => now + suspendedMs,
  });
});
afterEach(async () => {
  for (const { done } of sent) done();
  await lease.stop();
});

/** The renewal of this number, once it is sent. */
async function renewal(number: number): Promise<Renewal> {
  while (sent.length <= number) await wait(5);
  return sent[number]!;
}

/** Answers a renewal at this time. */
async function answered(number: number, at: number, answer: (renewal: Renewal) => void): Promise<void> {
  const each = await renewal(number);
  now = at;
  answer(each);
  await wait(0);
}

it("is valid from before the request was sent, for less than the others wait, and not before its answer", async () => {
  expect([lease.isValid, lease.leftMs]).toEqual([false, 0]);
  await answered(0, 100, ({ done }) => done());
  now = LEASE - MARGIN_MS - 1;
  expect([lease.isValid, lease.leftMs]).toEqual([true, 1]);
  now++;
  expect([lease.isValid, lease.leftMs]).toEqual([false, 0]);
});

it("is not longer for a renewal that failed, and valid again after the next", async () => {
  await answered(0, 0, ({ done }) => done());
  now = 400;
  await answered(1, 450, ({ fail }) => fail(new Error("no answer")));
  expect(lease.leftMs).toBe(LEASE - MARGIN_MS - 450);
  now = 600;
  await answered(2, 700, ({ done }) => done());
  expect(lease.leftMs).toBe(600 + LEASE - MARGIN_MS - 700);
});

it("is over where the machine was suspended, though the clock that counts it stood still, until it is renewed", async () => {
  await answered(0, 0, ({ done }) => done());
  suspendedMs = LEASE - MARGIN_MS + 1;
  expect([lease.isValid, lease.leftMs]).toEqual([false, 0]);
  await answered(1, 10, ({ done }) => done());
  expect(lease.isValid).toBe(true);
  // Set back, it says nothing.
  suspendedMs = -LEASE;
  expect(lease.isValid).toBe(true);
});

it("is over at once where a renewal says that nobody may be told anything, and valid again after one that does not", async () => {
  await answered(0, 0, ({ done }) => done());
  await answered(1, 10, ({ done }) => done(false));
  expect([lease.isValid, lease.leftMs]).toEqual([false, 0]);
  await answered(2, 20, ({ done }) => done());
  expect(lease.isValid).toBe(true);
  expect(fenced).toBe(0);
});

it("is over at once where another node has the cell, which is told once, and is asked for no more", async () => {
  await answered(0, 0, ({ done }) => done());
  await answered(1, 10, ({ fail }) => fail(new Fenced("taken")));
  expect([lease.isValid, fenced]).toEqual([false, 1]);
  await wait(LEASE / 2);
  expect([sent.length, fenced]).toEqual([2, 1]);
});

it("is over once it was stopped, whatever is answered then", async () => {
  await answered(0, 0, ({ done }) => done());
  const { fail } = await renewal(1);
  const stopped = lease.stop();
  expect(lease.isValid).toBe(false);
  fail(new Fenced("taken"));
  await stopped;
  expect([lease.isValid, fenced]).toEqual([false, 0]);
});
