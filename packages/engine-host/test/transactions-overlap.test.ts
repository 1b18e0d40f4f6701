import { setTimeout as sleep } from "node:timers/promises";
import type { TransactionMode } from "@heliosdb/port";
import fc from "fast-check";
import { describe, it } from "vitest";
import { type Answered, isOrder, type Model } from "./support/answers-in-order.js";
import { createItems, names, run, startHost, type TestHost, UNHURRIED_MS } from "./support/host.js";

const OWNER = "k_1";
const KINDS = ["insert", "commit", "roll back", "delete", "status", "renew"] as const;
type Kind = (typeof KINDS)[number];

interface Played {
  readonly mode: TransactionMode;
  /** Sent at these times, whatever has been answered by then. */
  readonly requests: readonly { readonly kind: Kind; readonly atMs: number }[];
  readonly totalMs: number;
  /** When the writer process is killed, if it is. */
  readonly killAtMs: number | null;
  /** For how long somebody else has the branch, at first. */
  readonly busyMs: number | null;
}

interface Request extends Answered<Kind> {
  /** The row that it writes. */
  readonly name: string;
}

interface State {
  /** `open`, `committed: …`, `rolled back`, or the error that tells of its end. */
  readonly is: string;
  readonly rows: readonly string[];
}

const ms = (most: number) => fc.oneof(fc.constant(0), fc.integer({ min: 0, max: most }));
const requests = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), atMs: ms(12) }), { minLength: 2, maxLength: 8 });
const played: fc.Arbitrary<Played> = fc.record({
  mode: fc.constantFrom<TransactionMode>("write", "write", "deferred"),
  requests,
  totalMs: fc.oneof(fc.constant(60_000), fc.integer({ min: 1, max: 20 })),
  killAtMs: fc.oneof(
    { weight: 7, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 12 }) },
  ),
  busyMs: fc.option(fc.integer({ min: 1, max: 20 }), { freq: 2 }),
});

/** What a transaction answers to requests that come one after the other. */
function transaction({ totalMs, killAtMs }: Pick<Played, "totalMs" | "killAtMs">): Model<Kind, State> {
  const endings = [
    ...(totalMs < 60_000 ? ["TRANSACTION_EXPIRED"] : []),
    ...(killAtMs === null ? [] : ["TRANSACTION_LOST"]),
  ];
  return {
    after: (state, request) => after(state, request as Request).filter(({ answer }) => answer === request.answer),
    byItself: ({ is }) => (is === "open" ? endings.map((code) => ({ is: code, rows: [] })) : []),
  };
}

function after(state: State, { kind, name, answer }: Request): (State & { readonly answer: string })[] {
  const { is, rows } = state;
  const isCommitted = is.startsWith("committed");
  const hasEnded = isCommitted || is === "rolled back" ? `TRANSACTION_NOT_FOUND, ${is.split(":")[0]}` : is;
  switch (kind) {
    case "insert":
      if (is !== "open") return [{ ...state, answer: hasEnded }];
      return [
        { is, rows: [...rows, name], answer: "done" },
        { ...state, answer: "BRANCH_BUSY" },
      ];
    case "commit":
      if (is !== "open") return [{ ...state, answer: isCommitted ? is : hasEnded }];
      return answer.startsWith("committed") ? [{ is: answer, rows, answer }] : [];
    case "roll back":
    case "delete":
      if (isCommitted) return [{ ...state, answer: hasEnded }];
      return [{ is: is === "open" ? "rolled back" : is, rows: [], answer: "not committed" }];
    case "status":
    case "renew":
      return [{ ...state, answer: is === "open" ? "open" : hasEnded }];
  }
}

let test: TestHost;
let transactions = 0;
const clock = () => performance.now();

async function answerOf(work: Promise<unknown>): Promise<string> {
  try {
    return (await work) as string;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    const how = / has been (.+)\.$/.exec(message)?.[1];
    return how === undefined ? code : `${code}, ${how}`;
  }
}

async function ask(kind: Kind, transaction: string, name: string): Promise<string> {
  const { db } = test;
  const ref = { branch: "main", transaction, owner: OWNER };
  switch (kind) {
    case "insert": {
      const statements = [{ sql: `INSERT INTO items (name) VALUES ('${name}')` }];
      const request = { branch: "main", author: "a", statements };
      await db.inTransaction({ ...ref, operation: { op: "execute", request }, deadlineMs: 30_000 });
      return "done";
    }
    case "status":
      await db.getTransaction(ref);
      return "open";
    case "renew":
      await db.renewTransaction(ref);
      return "open";
    case "commit":
      return ended(await db.endTransaction({ ...ref, end: "commit" }));
    case "roll back":
      return ended(await db.endTransaction({ ...ref, end: "roll back" }));
    case "delete":
      return ended(await db.endTransaction({ ...ref, owner: null, end: "roll back" }));
  }
}

function ended({ commit }: Awaited<ReturnType<TestHost["db"]["endTransaction"]>>): string {
  return commit ? `committed: ${JSON.stringify(commit)}` : "not committed";
}

async function send(kind: Kind, transaction: string, name: string): Promise<Request> {
  const sent = clock();
  const answer = await answerOf(ask(kind, transaction, name));
  return { kind, name, sent, answered: clock(), answer };
}

/** Somebody else's transaction has the branch for a while. */
async function occupy(busyMs: number | null): Promise<() => Promise<void>> {
  if (busyMs === null) return async () => {};
  const { id: transaction } = await test.db.beginTransaction({
    branch: "main",
    mode: "write",
    owner: "k_2",
    author: "b",
  });
  return async () => {
    await sleep(busyMs);
    await test.db.endTransaction({ branch: "main", transaction, owner: "k_2", end: "roll back" });
  };
}

async function kill(atMs: number | null): Promise<void> {
  if (atMs === null) return;
  await sleep(atMs);
  for (const pid of test.host.counters().pids.writer) process.kill(pid, "SIGKILL");
}

/** Plays it, and resolves to its requests and the rows that it has left. */
async function play({ mode, requests, totalMs, killAtMs, busyMs }: Played) {
  const prefix = `t${++transactions}_`;
  const limits = { totalMs, waitMs: 10 };
  const leave = await occupy(mode === "deferred" ? busyMs : null);
  const begun = await test.db
    .beginTransaction({ branch: "main", mode, owner: OWNER, author: "a", ...limits })
    .catch(() => null);
  const answered = await Promise.all([
    ...(begun ? requests : []).map(async ({ kind, atMs }, i) => {
      if (atMs > 0) await sleep(atMs);
      return send(kind, begun!.id, `${prefix}${i}`);
    }),
    kill(killAtMs),
    leave(),
  ]);
  const all = answered.filter((one) => one !== undefined);
  if (begun) all.push(await send("roll back", begun.id, prefix), await send("commit", begun.id, prefix));
  await run(test.db, `INSERT INTO items (name) VALUES ('${prefix}after')`, [], { deadlineMs: UNHURRIED_MS });
  const rows = (await names(test.db)).filter((name) => name.startsWith(prefix) && !name.endsWith("after"));
  await run(test.db, "DELETE FROM items", [], { deadlineMs: UNHURRIED_MS });
  return { all, rows };
}

describe("requests of one transaction that overlap", () => {
  it("answer as if they had come one after the other, in some order, and the rows agree with that", async () => {
    test = await startHost();
    await createItems(test.db);
    await fc.assert(
      fc.asyncProperty(played, async (one) => {
        const { all, rows } = await play(one);
        const isRight = (state: State) => state.rows.toString() === rows.toString();
        const found = isOrder(all, transaction(one), { is: "open", rows: [] }, isRight);
        if (!found) throw new Error(`no order gives ${JSON.stringify({ all, rows }, null, 1)}`);
      }),
      { numRuns: Number(process.env.MODEL_RUNS ?? 100), seed: Number(process.env.MODEL_SEED ?? 1) },
    );
  });
});
