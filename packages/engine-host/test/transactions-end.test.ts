import { setTimeout as sleep } from "node:timers/promises";
import { type TransactionMode } from "@heliosdb/port";
import fc from "fast-check";
import { expect, it } from "vitest";
import { codeOf, createItems, run, startHost, type TestHost, UNHURRIED_MS } from "./support/host.js";

const OWNER = "k_1";
const BRANCHES = ["main", "dev"];
const INSERT = "INSERT INTO items (name) VALUES (hex(randomblob(8)))";
/** What requests of a transaction that others end at any time may be told. */
const EXPECTED = [
  "BRANCH_BUSY",
  "TRANSACTION_EXPIRED",
  "TRANSACTION_NOT_FOUND",
  "TRANSACTION_CONFLICT",
  "TRANSACTION_LOST",
];

interface Played {
  readonly branch: string;
  readonly mode: TransactionMode;
  readonly afterMs: number;
  readonly waitMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
  readonly writes: number;
  readonly pauseMs: number;
  readonly end: "commit" | "roll back" | "nothing";
}

const ms = (most: number) => fc.integer({ min: 1, max: most });
const played: fc.Arbitrary<Played> = fc.record({
  branch: fc.constantFrom(...BRANCHES),
  mode: fc.constantFrom<TransactionMode>("write", "write", "deferred"),
  afterMs: ms(80),
  waitMs: ms(150),
  idleMs: ms(60),
  totalMs: ms(150),
  writes: fc.integer({ min: 0, max: 3 }),
  pauseMs: ms(30),
  end: fc.constantFrom("commit", "roll back", "nothing"),
});

/** One client. Resolves to the code of the error that stopped it, or null. */
async function play({ db }: TestHost, { branch, mode, waitMs, idleMs, totalMs, ...rest }: Played) {
  await sleep(rest.afterMs);
  try {
    const begun = await db.beginTransaction({ branch, mode, owner: OWNER, author: "a", waitMs, idleMs, totalMs });
    const ref = { branch, transaction: begun.id, owner: OWNER };
    for (let i = 0; i < rest.writes; i++) {
      const statements = [{ sql: INSERT }];
      await db.inTransaction({ ...ref, operation: { op: "execute", request: { branch, author: "a", statements } } });
      await sleep(rest.pauseMs);
    }
    if (rest.end !== "nothing") await db.endTransaction({ ...ref, end: rest.end });
    return null;
  } catch (error) {
    return codeOf(Promise.reject(error));
  }
}

/** An administrator, who rolls back whatever is open at these moments, also what still waits for its branch. */
async function administer({ db }: TestHost, pauses: readonly number[]): Promise<void> {
  for (const pause of pauses) {
    await sleep(pause);
    for (const branch of BRANCHES) {
      for (const { id: transaction } of await db.listTransactions({ branch, owner: null })) {
        await db.endTransaction({ branch, transaction, owner: null, end: "roll back" }).catch(() => {});
      }
    }
  }
}

it("no transaction keeps its branch once it has ended, however that was and whatever it was waiting for", async () => {
  const test = await startHost({ maintenanceEveryMs: 50 });
  await createItems(test.db);
  await test.db.createBranch({ name: "dev" });
  await fc.assert(
    fc.asyncProperty(
      fc.array(played, { minLength: 2, maxLength: 12 }),
      fc.array(ms(40), { maxLength: 6 }),
      async (clients, pauses) => {
        const [codes] = await Promise.all([
          Promise.all(clients.map((client) => play(test, client))),
          administer(test, pauses),
        ]);
        expect(codes.filter((code) => code !== null && !EXPECTED.includes(code))).toEqual([]);
        // Those that nobody ended expire within `totalMs`.
        for (const branch of BRANCHES) await run(test.db, INSERT, [], { branch, deadlineMs: UNHURRIED_MS });
        for (const branch of BRANCHES) expect(await test.db.listTransactions({ branch, owner: null })).toEqual([]);
      },
    ),
    { numRuns: Number(process.env.MODEL_RUNS ?? 25), seed: Number(process.env.MODEL_SEED ?? 1) },
  );
});
