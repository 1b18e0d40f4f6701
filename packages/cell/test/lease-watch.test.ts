import fc from "fast-check";
import { expect, it } from "vitest";
import { MARGIN_MS } from "../src/lease/lease.js";
import { LeaseWatch } from "../src/lease/lease-watch.js";

const LEASE = 5000;

it("has ended when the row was the same for a whole lease, from the first answer to the last request", () => {
  const watch = new LeaseWatch(LEASE);
  expect(watch.hasEnded).toBe(false);
  watch.saw({ epoch: 1, renewed: 3 }, 0, 100);
  watch.saw({ epoch: 1, renewed: 3 }, 5099, 6000);
  expect(watch.hasEnded).toBe(false);
  watch.saw({ epoch: 1, renewed: 3 }, 5100, 6000);
  expect(watch.hasEnded).toBe(true);
  watch.saw({ epoch: 2, renewed: 3 }, 6100, 6200);
  expect(watch.hasEnded).toBe(false);
});

it("begins anew after a request that failed", () => {
  const watch = new LeaseWatch(LEASE);
  watch.saw({ epoch: 1, renewed: 3 }, 0, 100);
  watch.failed();
  expect(watch.hasEnded).toBe(false);
  watch.saw({ epoch: 1, renewed: 3 }, 9000, 9100);
  watch.saw({ epoch: 1, renewed: 3 }, 14_099, 14_100);
  expect(watch.hasEnded).toBe(false);
  watch.saw({ epoch: 1, renewed: 3 }, 14_100, 14_200);
  expect(watch.hasEnded).toBe(true);
});

it("says when a request can show that it has ended", () => {
  const watch = new LeaseWatch(LEASE);
  expect(watch.endsIn(0)).toBe(null);
  watch.saw({ epoch: 1, renewed: 3 }, 0, 100);
  watch.saw({ epoch: 1, renewed: 3 }, 4900, 4950);
  expect(watch.endsIn(4950)).toBe(150);
  watch.saw({ epoch: 1, renewed: 3 }, 5099, 5200);
  expect([watch.endsIn(5200), watch.hasEnded]).toEqual([0, false]);
  watch.saw({ epoch: 1, renewed: 3 }, 5200, 5300);
  expect([watch.endsIn(5300), watch.hasEnded]).toEqual([null, true]);
});

/** In ms of real time; often next to nothing, since rules that are wrong by a little show only then. */
const delay = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 4000 }));
/** Something is sent after a while, and takes its time there and back, if its answer doesn't get lost. */
const request = fc.record({ wait: delay, there: delay, back: delay, isLost: fc.boolean() });
/** How fast a node's clock runs. */
const clock = fc.double({ min: 0.99, max: 1.01, noNaN: true });

type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

/** When each renewal is there, and how long the node that has the lease believes in it for that, in real time. */
function renewed(requests: readonly Request[], rate: number): { readonly at: number; readonly until: number }[] {
  let time = 0;
  const believed = (sentAt: number) => sentAt + (LEASE - MARGIN_MS) / rate;
  return [
    { at: 0, until: believed(0) },
    ...requests.map(({ wait, there, back, isLost }) => {
      const sentAt = time + wait;
      const at = sentAt + there;
      time = at + back;
      return { at, until: isLost ? 0 : believed(sentAt) };
    }),
  ];
}

it("has never ended while somebody believes in it, whatever the network does and the clocks do", () => {
  let claims = 0;
  fc.assert(
    fc.property(
      fc.array(request, { minLength: 1, maxLength: 30 }),
      fc.array(request, { minLength: 1, maxLength: 60 }),
      clock,
      clock,
      delay,
      (renewals, looks, ownRate, otherRate, claimTakes) => {
        const lease = renewed(renewals, ownRate);
        const watch = new LeaseWatch(LEASE);
        let time = 0;
        for (const { wait, there, back, isLost } of looks) {
          const sentAt = time + wait;
          const lookedAt = sentAt + there;
          time = lookedAt + back;
          const count = lease.filter(({ at }) => at <= lookedAt).length;
          if (isLost) watch.failed();
          else watch.saw({ epoch: 1, renewed: count }, sentAt * otherRate, time * otherRate);
          if (!watch.hasEnded) continue;
          const claimedAt = time + claimTakes;
          const before = lease.filter(({ at }) => at <= claimedAt);
          // The store refuses a claim if the row has changed since, and renewals that come after one.
          if (before.length > count) continue;
          claims++;
          expect(claimedAt).toBeGreaterThanOrEqual(Math.max(...before.map(({ until }) => until)));
          return;
        }
      },
    ),
    { numRuns: 20_000, seed: 16 },
  );
  expect(claims).toBeGreaterThan(500);
});
