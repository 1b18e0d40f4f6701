import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Heads, MOST_OF_OWNER } from "../../dist/front/heads.js";

interface Sent {
  readonly owner: string;
  isGone: boolean;
  over: (() => void) | null;
}

/** Sends a request and remembers what became of it. */
function send(heads: Heads, owner: string, begun: Sent[]): Sent {
  const sent: Sent = { owner, isGone: false, over: null };
  heads.run(() => owner, {
    begin: (over) => {
      sent.over = over;
      begun.push(sent);
    },
    isGone: () => sent.isGone,
  });
  return sent;
}

it("begins a request of another owner at once, however many of a crowd wait, and those in their order", () => {
  const heads = new Heads();
  const begun: Sent[] = [];
  const crowd = Array.from({ length: 500 }, () => send(heads, "crowd", begun));
  const ofCrowd = begun.length;
  expect(ofCrowd).toBeLessThan(200);
  expect(begun).toEqual(crowd.slice(0, ofCrowd));
  const quiet = send(heads, "quiet", begun);
  expect(begun.at(-1)).toBe(quiet);
  crowd[ofCrowd]!.isGone = true;
  crowd[ofCrowd - 1]!.over!();
  expect(begun.at(-1)).toBe(crowd[ofCrowd + 1]);
  // Only once, whoever says it again.
  crowd[ofCrowd - 1]!.over!();
  expect(begun.at(-1)).toBe(crowd[ofCrowd + 1]);
});

it("waits for none longer than a while: what a slow client holds is soon nobody's", async () => {
  const heads = new Heads(20);
  const begun: Sent[] = [];
  // None of them is ever answered.
  const slow = Array.from({ length: 300 }, () => send(heads, "tenant", begun));
  const ofSlow = begun.length;
  const good = send(heads, "tenant", begun);
  expect([ofSlow < 200, begun.includes(good)]).toEqual([true, false]);
  while (!begun.includes(good)) await sleep(5);
  expect(begun).toEqual([...slow, good]);
  // What is told late changes nothing: as many as at first are begun at once, and no more.
  for (const { over } of slow) over!();
  await sleep(40);
  const more = Array.from({ length: 300 }, () => send(heads, "tenant", begun));
  expect(begun).toEqual([...slow, good, ...more.slice(0, ofSlow)]);
});

it("does not ask whose a request is as long as there are few", () => {
  const heads = new Heads();
  const never = () => {
    throw new Error("asked");
  };
  for (let n = 0; n < 64; n++) heads.run(never, { begin: () => {}, isGone: () => false });
  expect(() => heads.run(never, { begin: () => {}, isGone: () => false })).toThrow("asked");
});

it("begins everything that does not go away, at most so many of an owner at once, and none without need", () => {
  const step = fc.record({
    owner: fc.constantFrom("a", "b", "c"),
    sends: fc.nat(150),
    ends: fc.nat(150),
    goes: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const heads = new Heads();
      const begun: Sent[] = [];
      const all: Sent[] = [];
      const underWay = () => begun.filter(({ over }) => over !== null);
      const end = (sent: Sent) => {
        const { over } = sent;
        sent.over = null;
        over!();
      };
      for (const { owner, sends, ends, goes } of steps) {
        for (let n = 0; n < sends; n++) all.push(send(heads, owner, begun));
        const waiting = all.filter((sent) => !begun.includes(sent));
        for (const sent of waiting.slice(0, goes)) sent.isGone = true;
        for (const sent of underWay().slice(0, ends)) end(sent);
        for (const name of ["a", "b", "c"]) {
          const mine = underWay().filter((sent) => sent.owner === name).length;
          // Those of the time in which there were few are not counted for anybody.
          expect(mine).toBeLessThanOrEqual(2 * MOST_OF_OWNER);
          const held = all.some((sent) => sent.owner === name && !sent.isGone && !begun.includes(sent));
          if (held) expect(mine).toBeGreaterThanOrEqual(MOST_OF_OWNER);
        }
      }
      for (let left = underWay(); left.length > 0; left = underWay()) for (const sent of left) end(sent);
      expect(begun.length).toBe(all.filter((sent) => begun.includes(sent) || !sent.isGone).length);
      for (const name of ["a", "b", "c"]) {
        const order = begun.filter(({ owner }) => owner === name).map((sent) => all.indexOf(sent));
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }
    }),
    { numRuns: 100 },
  );
});
